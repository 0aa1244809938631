"""Keeper of a host's hub: starts it, and starts it again on the same port when it dies."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from bus.clock import now_ns
from bus.errand import Errand
from bus.errors import Broken
from bus.messages import ActorHealth
from bus.socket import SessionKeys
from remote.child import Child
from remote.far.place import HERE, HUB, Place
from remote.mark import Mark
from remote.policy import RestartPolicy
from topology.plan import Restart

_log = logging.getLogger(__name__)

RULES = Restart(max=8, window_s=60, backoff_ms=20, backoff_max_ms=2_000)
"""Quick at first: everybody waits for the hub."""
END_S = 3.0
FIRST_S = 10.0
"""How long it may take to bind."""


class HubKeeper:
    """One hub, always at the same control port: everybody finds the new one by themselves."""

    def __init__(
        self,
        keys: SessionKeys,
        logs: Path,
        grace_s: float = 60.0,
        note: Callable[[Mark | None, int], None] = lambda _mark, _port: None,
        port: int = 0,
        found: Child | None = None,
        place: Place = HERE,
    ) -> None:
        """Starts it and waits until it is bound. Raises Broken.

        `note` is told each process and its port before anybody may need to know. `found`: one that is there already.
        """
        self._keys = keys
        self._grace_s = grace_s
        self._place = place
        self._note = note
        self._log_path = logs / "hub.log"
        self._policy = RestartPolicy(RULES)
        self._restart_at_ns = 0
        self._killed = ""
        self.restarts = 0
        self.error = ""
        """Why it was last started again."""
        self.port = port
        self.since_ns = 0
        """When it was started again; 0: it never was."""
        self.child = found or self._start()

    def look_after(self) -> bool:
        """Whether it was just started again. Raises Broken when it dies again and again: no call without a hub."""
        if self.child.exit_code() is None:
            return False
        if not self._restart_at_ns:
            self.child.wait(1)
            _log.error("hub died code=%s", self.child.exit_code())
            self.error = self._killed or self.child.how_it_ended
            self._killed = ""
            self._restart_at_ns = self._next_try()
        if now_ns() < self._restart_at_ns:
            return False
        try:
            self.child = self._start()
        except Broken:
            self._restart_at_ns = self._next_try()
            return False
        self._restart_at_ns, self.since_ns = 0, now_ns()
        self.restarts += 1
        return True

    def health(self) -> ActorHealth:
        """How it is, for everybody who wants to know."""
        name = self._place.named(HUB)
        if self._restart_at_ns:
            return ActorHealth(name, "waiting", restarts=self.restarts, error=self.error)
        return ActorHealth(name, "running", pid=self.child.pid, restarts=self.restarts, error=self.error)

    def kill(self, why: str) -> None:
        """Ends one that hangs; `look_after` starts the next."""
        self._killed = why
        self.child.kill()

    def end(self) -> None:
        """Waits for it, who was told to end; kills it when it does not."""
        if not self.child.wait(END_S):
            self.child.kill()

    def _next_try(self) -> int:
        at_ns = self._policy.died(now_ns())
        if at_ns is None:
            raise Broken("the hub died again and again", f"its log: {self._log_path}")
        return at_ns

    def _start(self) -> Child:
        errand = Errand(
            name=HUB, keys=self._keys, host=self._place.host, control_port=self.port, gate=self._place.gate,
            grace_s=self._grace_s,
        )  # fmt: skip
        self._note(None, self.port)
        hub = Child(["-m", "bus"], errand, self._log_path)
        self._note(hub.mark, self.port)
        line = hub.first_line(FIRST_S)
        if not line.isdecimal():
            hub.kill()
            raise Broken("the hub did not start", f"its log: {self._log_path}")
        self.port = int(line)
        self._note(hub.mark, self.port)
        return hub
