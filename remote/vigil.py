"""Vigil of a host agent over what it started: kills what hangs, so that it is started again like anything that died."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from bus.clock import MS, SECOND
from bus.control import Notice, PeerView
from remote.hang import Hangs
from remote.heartbeats import Heartbeats
from remote.keeper import HubKeeper
from remote.seat import Seat

_log = logging.getLogger(__name__)

HUB_HANG_NS = 5 * SECOND
"""Nobody hears anybody meanwhile; longer than a hub on a starved machine is late (3 s were seen there)."""


class Watched(Protocol):
    """Whose seats are watched."""

    @property
    def seats(self) -> dict[str, Seat]:
        """Every seat by its name."""


class Vigil:
    """Looks at every step; never waits."""

    def __init__(self, beats: Heartbeats, staff: Watched, hub: HubKeeper, logs: Path) -> None:
        self.hangs = Hangs()
        self._beats = beats
        self._staff = staff
        self._hub = hub
        self._hub_restarts = hub.restarts
        self._logs = logs

    @property
    def peers(self) -> list[PeerView]:
        """The hub's peers, as it told them last: a second ago, or before it fell silent."""
        return self._beats.peers

    @property
    def hub_hanging_ms(self) -> float:
        """For how long the hub has given no answer."""
        return self._beats.hub_silent_ns / MS

    def look(self, at_ns: int) -> None:
        """Kills what hangs."""
        if self._hub.restarts != self._hub_restarts:
            self._hub_restarts = self._hub.restarts
            self._beats.hub_silent_ns = 0
            self._beats.ask(at_ns)
        if self._beats.look(at_ns):
            self._end_hung(self._staff.seats.values())
        elif self._beats.hub_silent_ns > HUB_HANG_NS and self._hub.child.exit_code() is None:
            self._hub.kill(f"it hung for {self._beats.hub_silent_ns / SECOND:.0f} s and was killed")

    def _end_hung(self, seats: Iterable[Seat]) -> None:
        for hung in self.hangs.look(seats, self._beats.peers, self._beats.since_ns):
            child = hung.child
            _log.error("killed actor=%s epoch=%d: %s", child.name, child.epoch, hung.what)
            child.bye = Notice(child.name, child.epoch, "gone", hung.what, f"its log: {self._logs / child.name}.log")
            child.kill()
