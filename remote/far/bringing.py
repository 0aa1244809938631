"""Bringing of what a host needs, in a thread of its own: it may take minutes, and its host agent has other things to do."""

from __future__ import annotations

import threading

from bus.errors import AvatarError, Broken
from remote.far.landing import Recall, Ship
from remote.shipping.landing import Landing
from topology.plan import Plan


class Bringing:
    """One of them; begins at once. `words`: how far it is. `recall`: goes by what was found there lately, if anything was."""

    def __init__(self, ship: Ship, host: str, plan: Plan, recall: Recall | None = None) -> None:
        self.words = ""
        self.is_recalled = False
        """Nobody has looked whether all is there."""
        self._recall = recall
        self._ship = ship
        self._host = host
        self._plan = plan
        self._landed: Landing | AvatarError = Broken(f"bringing the code to {host} failed", "see: avatar logs agent")
        self.thread = threading.Thread(target=self._bring, name=f"ship-{host}", daemon=True)
        self.thread.start()

    @property
    def landed(self) -> Landing | AvatarError | None:
        """What came of it; None while it goes on."""
        return None if self.thread.is_alive() else self._landed

    def _bring(self) -> None:
        try:
            host = self._plan.hosts[self._host]
            known = self._recall.recall(host, self._host, self._plan) if self._recall else None
            self.is_recalled = known is not None
            self._landed = known or self._ship(host, self._host, self._plan, self._say)
        except AvatarError as error:
            self._landed = error

    def _say(self, words: str) -> None:
        self.words = words
