"""Faults that are done to a call, planned from a seed before it begins. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

import msgspec

Kind = Literal["kill", "restart", "stop", "hub", "agent", "change", "move", "cut", "login", "anchor"]
"""kill -9 of an actor; a planned restart of one; an actor held (SIGSTOP) and let go; kill -9 of the hub; of the host agent; an
actor replaced because a setting in its plan was changed.

In a call on two hosts also: an actor moved to the other; the network between them cut and mended; the ssh server's end of a
connection killed; kill -9 of the anchor."""
KINDS: tuple[Kind, ...] = ("kill", "restart", "stop", "hub", "agent", "change")
"""Of a call on one host."""
LINKS: tuple[Kind, ...] = ("cut", "login", "anchor")
SPLIT_KINDS: tuple[Kind, ...] = (*KINDS, "move", *LINKS)
DEADLY: frozenset[Kind] = frozenset({"kill", "hub", "agent"})
WEIGHTS: dict[Kind, int] = {
    "kill": 5,
    "restart": 3,
    "stop": 2,
    "hub": 2,
    "agent": 1,
    "change": 1,
    "move": 1,
    "cut": 2,
    "login": 1,
    "anchor": 1,
}
SHORTEST_STOP_S, LONGEST_STOP_S = 0.3, 3.0
CUT_S, LONG_CUT_S = 3.0, 10.0
LONG_CUTS = 0.15
"""Share of the cuts that are long."""
SPREAD = 0.4
"""A fault comes up to so much of the mean distance earlier or later."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done, and when: seconds after the call is up."""

    number: int
    at_s: float
    kind: Kind
    target: str
    """The actor; "hub" and "agent" are those two, "hub@HOST" and "agent@HOST" those of the other host; of a link, its host."""
    stop_s: float = 0.0
    """How long it is held, or the network cut."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that was done, at `at_ns`; until `until_ns` it went on (a hold, a planned restart)."""

    fault: Fault
    at_ns: int
    until_ns: int
    epoch: int = 0
    """Of the process that it hit; hubs and host agents have none."""
    pid: int = 0
    back_ms: float = 0.0
    """Of a link: how long after the end of the fault until its stage was "up" again."""
    error: str = ""
    """Why it could not be done."""

    @property
    def name(self) -> str:
        """For people."""
        return (
            f"{self.fault.kind} {self.fault.target}"
            if self.fault.kind not in ("hub", "agent")
            else f"kill {self.fault.target}"
        )


def plan_faults(
    seed: int, count: int, every_s: float, kinds: Sequence[Kind], actors: Sequence[str], hosts: Sequence[str] = ()
) -> tuple[Fault, ...]:
    """`count` faults, `every_s` seconds apart on average: the same again for the same seed. `hosts`: the others."""
    chance = random.Random(seed)
    weights = [WEIGHTS[kind] for kind in kinds]
    faults = []
    for number in range(count):
        (kind,) = chance.choices(kinds, weights)
        at_s = every_s * (number + 1 + chance.uniform(-SPREAD, SPREAD))
        target = _target(chance, kind, actors, hosts)
        stop_s = round(chance.uniform(SHORTEST_STOP_S, LONGEST_STOP_S), 2) if kind == "stop" else 0.0
        if kind == "cut":
            stop_s = LONG_CUT_S if chance.random() < LONG_CUTS else CUT_S
        faults.append(Fault(number=number + 1, at_s=round(at_s, 3), kind=kind, target=target, stop_s=stop_s))
    return tuple(faults)


def _target(chance: random.Random, kind: Kind, actors: Sequence[str], hosts: Sequence[str]) -> str:
    if kind in LINKS:
        return chance.choice(hosts)
    if kind not in ("hub", "agent"):
        return chance.choice(actors)
    return chance.choice([kind, *(f"{kind}@{host}" for host in hosts)]) if hosts else kind
