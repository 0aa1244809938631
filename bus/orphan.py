"""Orphan: what a process does whose host agent was killed. It goes on, for another host agent may come and take it over.

A hub is looked after by the host agent that speaks to it, an actor by the hub that answers it. If nobody comes within the
grace, the hub ends everybody and then itself; an actor without a hub ends by itself. So nothing is ever left running.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.control import Ask, Stop, encode_word
from bus.custody import Custody

if TYPE_CHECKING:
    from bus.hub import Hub
    from bus.link import Link
    from bus.roster import Peer

_log = logging.getLogger(__name__)

SILENCE_NS = 3 * SECOND
"""Whoever beats once a second and was not heard for so long is not here."""
LOOK_MS = 1_000.0
TELL_NS = 250 * MS
FAREWELL_S = 6.0
"""How long a process may take to end in order."""


class OrphanHub:
    """Ends a hub that no host agent looks after any more, and everybody in its house before it."""

    def __init__(self, hub: Hub) -> None:
        self.custody = Custody(0.0)
        """That of this process, if it is one of its own."""
        self._hub = hub
        self._leave_by_ns = 0
        self._told_ns = 0

    def look(self, at_ns: int) -> None:
        """Called at every housekeeping of the hub."""
        if self._leave_by_ns:
            self._say_farewell(at_ns)
        elif self.custody.look(at_ns, cared_for=self._has_agent(at_ns)):
            _log.error("no host agent for %.0f s: ending the call", self.custody.grace_s)
            self._leave_by_ns = at_ns + int(FAREWELL_S * SECOND)

    def _has_agent(self, at_ns: int) -> bool:
        peers = self._hub.roster.peers.values()
        return any(p.hello.kind == "agent" and at_ns - p.seen_ns < SILENCE_NS for p in peers)

    def _say_farewell(self, at_ns: int) -> None:
        """Again and again: one that has just been started says hello later."""
        actors = list(self._actors())
        if not actors or at_ns > self._leave_by_ns:
            self._hub.stopping = True
        elif at_ns - self._told_ns > TELL_NS:
            self._told_ns = at_ns
            for peer in actors:
                self._hub.say(peer, [encode_word(Stop())])

    def _actors(self) -> Iterator[Peer]:
        """Those who can still be reached, or were heard a moment ago."""
        at_ns = now_ns()
        for peer in self._hub.roster.peers.values():
            if peer.hello.kind == "actor" and at_ns - peer.seen_ns < SILENCE_NS:
                yield peer


class OrphanActor:
    """Waits, in a thread of its own, while an orphaned actor lives on; ends it when its hub is silent for too long."""

    def __init__(self) -> None:
        self._link: Link | None = None
        self._end: Callable[[], object] = lambda: None

    def live_with(self, link: Link, end: Callable[[], object]) -> None:
        """From here on it has a hub to ask. `end` ends the actor in order, soon; any thread may call it."""
        self._link, self._end = link, end

    def live_on(self, custody: Custody) -> None:
        """Returns never: it ends the process, in order if it can."""
        while not custody.look(now_ns(), cared_for=self._hub_answers()):
            sleep_ms(LOOK_MS)
        _log.error("neither host agent nor hub for %.0f s: ending", custody.grace_s)
        self._end()
        sleep_ms(FAREWELL_S * 1e3)
        os._exit(1)

    def _hub_answers(self) -> bool:
        if self._link is None:
            return False
        self._link.say(Ask(0, "hub", "hub"))
        return now_ns() - self._link.heard_ns < SILENCE_NS
