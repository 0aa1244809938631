"""Replacing of an actor of a running call by a fresh process of itself, or by several when it has replicas."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bus.client import Client
from bus.clock import SECOND, now_ns
from bus.control import ActorCall
from bus.errors import Broken, Gone, Wrong
from remote.far.place import is_actor
from remote.status import ActorStatus, CallStatus
from topology.fault import nearest

REPLACE_S = 120.0
"""Models may take long to load."""
ASK_S = 5.0
"""When it is asked again: a hub that died took the question or the answer with it."""


class Replaced(msgspec.Struct, frozen=True):
    """One process that was replaced. `epoch` counts those that held its place."""

    actor: str
    epoch: int
    took_s: float


def replace_actor(client: Client, name: str, *, timeout_s: float = REPLACE_S) -> Iterator[Replaced]:
    """Waits until the successor has taken over; replicas go one after another, and "tts#1" names one of them.

    Raises Wrong for a name that is none, Broken with the reason.
    """
    rows = [a for a in client.ask("agent", "status", kind=CallStatus).actors if is_actor(a.actor)]
    meant = [row for row in rows if name in (row.actor, row.actor.partition("#")[0])]
    if not meant:
        raise Wrong(f"there is no actor {name!r} in this call", nearest(name, [row.actor for row in rows], "actors"))
    for row in meant:
        yield _replace(client, row, timeout_s)


def _replace(client: Client, row: ActorStatus, timeout_s: float) -> Replaced:
    begun_ns = now_ns()
    call = ActorCall(row.actor, row.epoch)
    while (left_s := timeout_s - (now_ns() - begun_ns) / SECOND) > 0:
        try:
            epoch = client.ask("agent", "restart", call, kind=int, timeout_s=min(ASK_S, left_s))
        except Gone:
            continue
        return Replaced(row.actor, epoch, round((now_ns() - begun_ns) / SECOND, 2))
    raise Broken(f"{row.actor} was not up again within {timeout_s:g} s", f"see: avatar logs {row.actor}")
