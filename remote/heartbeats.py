"""Heartbeats of a call as its hub knows them, asked for once a second without ever waiting for the hub."""

from __future__ import annotations

from bus.client import Client, Question
from bus.clock import MS, SECOND
from bus.control import PeerView
from bus.errors import Broken

EVERY_NS = SECOND
AGAIN_NS = 2 * SECOND
"""A question that was not answered is asked again: its hub may have died with it."""
STEP_NS = 250 * MS
"""The most that one look adds to the hub's silence: looks come every 50 ms, unless this process itself stood still."""


class Heartbeats:
    """Asks "peers" again and again. Belongs to the host agent's loop."""

    def __init__(self, client: Client, at_ns: int) -> None:
        self.peers: list[PeerView] = []
        """As they were told last."""
        self.since_ns = 0
        """Between the last two answers."""
        self.hub_silent_ns = 0
        """For how long the hub has left a question unanswered."""
        self._client = client
        self._question: Question[list[PeerView]] | None = None
        self._asked_ns = 0
        self._looked_ns = self._answered_ns = at_ns

    def look(self, at_ns: int) -> bool:
        """Whether a fresh answer came. Asks when it is time."""
        passed_ns, self._looked_ns = at_ns - self._looked_ns, at_ns
        if self._question is not None and self._question.answered:
            return self._take(self._question, at_ns)
        if self._question is not None:
            self.hub_silent_ns += min(passed_ns, STEP_NS)
        if at_ns - self._asked_ns > (AGAIN_NS if self._question else EVERY_NS):
            self.ask(at_ns)
        return False

    def ask(self, at_ns: int) -> None:
        """Asks now, a hub that may be new."""
        if self._question is not None:
            self._client.drop(self._question)
        self._asked_ns = at_ns
        self._question = self._client.question("hub", "peers", kind=list[PeerView])

    def _take(self, question: Question[list[PeerView]], at_ns: int) -> bool:
        self._client.drop(question)
        self._question, self.hub_silent_ns = None, 0
        try:
            self.peers = question.answer(0)
        except Broken:
            return False
        self.since_ns, self._answered_ns = at_ns - self._answered_ns, at_ns
        return True
