"""Charge of an anchor: what another host is to know of the call, one line of JSON on the stdin of the ssh command; and what
the anchor tells back, a line each on its stdout."""

from __future__ import annotations

from typing import Literal

import msgspec

from bus.codec import UNREADABLE
from bus.errors import Broken
from bus.parcel import Road
from bus.socket import SessionKeys
from remote.ending import Ending
from remote.far.place import Place
from topology.plan import Plan

END = b"end"
"""A line that ends the call there. Every other line says that this side is alive."""


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """One host's part of a call; the paths in the plan are those of that host."""

    session: str
    keys: SessionKeys
    plan: Plan
    place: Place
    only_join: bool = False
    """Several anchors may come at once to join what is there: none of them begins anything."""

    def __repr__(self) -> str:
        return f"Charge({self.session!r}, ***)"

    def encoded(self) -> bytes:
        """The line to write to the anchor's stdin."""
        return msgspec.json.encode(self) + b"\n"


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What an anchor tells. "here": the host agent runs, and its hub waits; "ended": the call is over there."""

    anchor: Literal["starting", "here", "ended"]
    ending: Ending = Ending()
    gate: dict[Road, int] = {}
    """Where the hub there waits; a part of the call that is found goes on waiting where it did."""

    def encoded(self) -> bytes:
        """The line."""
        return msgspec.json.encode(self) + b"\n"


def read_charge(line: bytes) -> Charge:
    """The charge of a line. Raises Broken; never with what stands in it, for there are keys."""
    try:
        return msgspec.json.decode(line, type=Charge)
    except UNREADABLE as error:
        raise Broken(
            f"this anchor was not told what to do: {type(error).__name__}", "it is started by `avatar up`, not by hand"
        ) from None


def read_word(line: str) -> Word | None:
    """What an anchor tells with a line; None for a greeting of the other host's login."""
    try:
        return msgspec.json.decode(line, type=Word)
    except UNREADABLE:
        return None
