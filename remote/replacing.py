"""Replacing of an actor of a running call by a fresh process of itself."""

from __future__ import annotations

import msgspec

from bus.client import Client
from bus.clock import SECOND, now_ns
from bus.control import ActorCall
from bus.errors import Broken, Gone, Wrong
from remote.status import CallStatus
from topology.fault import nearest

REPLACE_S = 120.0
"""Models may take long to load."""


class Replaced(msgspec.Struct, frozen=True):
    """An actor with a new process. `epoch` counts its processes."""

    actor: str
    epoch: int
    took_s: float


def replace_actor(client: Client, name: str, *, timeout_s: float = REPLACE_S) -> Replaced:
    """Waits until the successor has taken over. Raises Wrong for a name that is none, Broken with the reason."""
    actors = [a.actor for a in client.ask("agent", "status", kind=CallStatus).actors if a.actor not in ("hub", "agent")]
    if name not in actors:
        raise Wrong(f"there is no actor {name!r} in this call", nearest(name, actors, "actors"))
    begun_ns = now_ns()
    try:
        epoch = client.ask("agent", "restart", ActorCall(name), kind=int, timeout_s=timeout_s)
    except Gone:
        raise Broken(f"{name} was not up again within {timeout_s:g} s", f"see: avatar logs {name}") from None
    return Replaced(name, epoch, round((now_ns() - begun_ns) / SECOND, 2))
