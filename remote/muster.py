"""Muster roll of a call, staff.json: every process that its host agent has started.

The host agent keeps it up to date; another one that takes over reads who is there (remote/adoption.py), and whoever must
end everything reads whom to end. An epoch stands in it before its process is started, so that none is ever used twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from remote.ending import Ending
from remote.mark import Mark

_log = logging.getLogger(__name__)

Role = Literal["current", "successor", "retired", "other"]
"""What a process is to its seat. "other": kept for a plan that is not decided yet."""


class Member(msgspec.Struct, frozen=True):
    """One process of a seat."""

    epoch: int
    role: Role
    mark: Mark
    works: str
    """Mark of the engine and the settings that it was started with."""


class SeatRoll(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One seat. `epoch`: the last that was given to a process, or is about to be."""

    name: str
    epoch: int
    restarts: int = 0
    since_ns: int = 0
    given_up: bool = False
    error: str = ""
    deaths: tuple[int, ...] = ()
    """When it died lately, ns."""
    members: tuple[Member, ...] = ()


class Muster(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole host."""

    control_port: int = 0
    """Of the hub; 0 before there was one."""
    hub: Mark | None = None
    """None while it is being started."""
    hub_restarts: int = 0
    recorder: Mark | None = None
    """None when the plan records nothing."""
    seats: tuple[SeatRoll, ...] = ()
    loaded: bool = False
    """All actors were ready once: they were told to begin."""
    up: bool = False
    """All actors have run once: the call has begun."""
    began_ns: int = 0
    home: str = ""
    """Folder that the call was started in: paths of its outputs are relative to it."""
    folders: tuple[str, ...] = ()
    """All that were recorded into."""
    takeovers: int = 0
    """How often another host agent has taken over."""
    ending: Ending | None = None
    """The call is being ended, and this is why."""

    def marks(self) -> Iterator[Mark]:
        """Every process, actors first."""
        for seat in self.seats:
            yield from (member.mark for member in seat.members)
        yield from (mark for mark in (self.recorder, self.hub) if mark is not None)

    @property
    def alive(self) -> bool:
        """Whether any of them still runs."""
        return any(mark.alive for mark in self.marks())

    def kill(self) -> None:
        """Ends all of them at once."""
        for mark in self.marks():
            mark.kill()


def names_of(folders: Iterable[Path]) -> tuple[str, ...]:
    """Folders as they stand in the roll."""
    return tuple(sorted(map(str, folders)))


class Rollbook:
    """Keeps staff.json up to date with what it is given; `write` writes it, whole or not at all."""

    def __init__(self, write: Callable[[Muster], None], muster: Muster) -> None:
        self._write = write
        self.muster = muster

    def keep(self, muster: Muster) -> None:
        """Writes it when it is news. A full disk is no reason to end a call: then a successor knows less."""
        if muster == self.muster:
            return
        self.muster = muster
        try:
            self._write(muster)
        except OSError as error:
            _log.error("staff.json not written: %s", error.strerror)
