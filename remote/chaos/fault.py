"""Faults that are done to a call, planned from a seed before it begins. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

Kind = Literal["kill", "restart", "stop", "hub", "agent", "change"]
"""kill -9 of an actor; a planned restart of one; an actor held (SIGSTOP) and let go; kill -9 of the hub; of the host agent; an
actor replaced because a setting in its plan was changed."""
KINDS: tuple[Kind, ...] = get_args(Kind)
DEADLY: frozenset[Kind] = frozenset({"kill", "hub", "agent"})
WEIGHTS: dict[Kind, int] = {"kill": 5, "restart": 3, "stop": 2, "hub": 2, "agent": 1, "change": 1}
SHORTEST_STOP_S, LONGEST_STOP_S = 0.3, 3.0
SPREAD = 0.4
"""A fault comes up to so much of the mean distance earlier or later."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done, and when: seconds after the call is up."""

    number: int
    at_s: float
    kind: Kind
    target: str
    """The actor; "hub" and "agent" are those two."""
    stop_s: float = 0.0
    """How long it is held."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that was done, at `at_ns`; until `until_ns` it went on (a hold, a planned restart)."""

    fault: Fault
    at_ns: int
    until_ns: int
    epoch: int = 0
    """Of the process that it hit; hubs and host agents have none."""
    pid: int = 0
    error: str = ""
    """Why it could not be done."""

    @property
    def name(self) -> str:
        """For people."""
        return (
            f"{self.fault.kind} {self.fault.target}"
            if self.fault.kind != self.fault.target
            else f"kill {self.fault.kind}"
        )


def plan_faults(
    seed: int, count: int, every_s: float, kinds: Sequence[Kind], actors: Sequence[str]
) -> tuple[Fault, ...]:
    """`count` faults, `every_s` seconds apart on average: the same again for the same seed."""
    chance = random.Random(seed)
    weights = [WEIGHTS[kind] for kind in kinds]
    faults = []
    for number in range(count):
        (kind,) = chance.choices(kinds, weights)
        at_s = every_s * (number + 1 + chance.uniform(-SPREAD, SPREAD))
        target = chance.choice(actors) if kind not in ("hub", "agent") else kind
        stop_s = round(chance.uniform(SHORTEST_STOP_S, LONGEST_STOP_S), 2) if kind == "stop" else 0.0
        faults.append(Fault(number=number + 1, at_s=round(at_s, 3), kind=kind, target=target, stop_s=stop_s))
    return tuple(faults)
