"""Succession of host agents: when the one of a session was killed, another one is started to take the call over."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from bus.clock import now_ns
from bus.errors import Broken
from remote.mark import Mark
from remote.platform import new_group
from remote.policy import RestartPolicy
from remote.session import Session
from topology.plan import Restart

_log = logging.getLogger(__name__)

RULES = Restart(max=5, window_s=60, backoff_ms=10, backoff_max_ms=2_000)


def start_agent(session: Session) -> subprocess.Popen[bytes]:
    """A host agent for a session: it begins the call, or takes over what is left of it. Of several one does."""
    muster = session.muster()
    home = Path(muster.home) if muster and muster.home else None
    with (session.logs / "agent.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "remote", session.name],
            cwd=home if home and home.is_dir() else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            creationflags=new_group.flags,
            start_new_session=new_group.session,
        )


class Succession:
    """Sees to it that a session that has not ended has a host agent."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._policy = RestartPolicy(RULES)
        self._due_ns = 0
        self.process: subprocess.Popen[bytes] | None = None
        """The one that was started last."""

    def begin(self) -> None:
        """Starts one now."""
        self.process = start_agent(self._session)

    @property
    def mark(self) -> Mark | None:
        """The host agent that was started last, while it lives."""
        self.reap()
        return Mark.of(self.process.pid) if self.process is not None and self.process.returncode is None else None

    def reap(self) -> bool:
        """Whether the one that was started last has ended. Until its parent has looked, it counts as a zombie."""
        return self.process is None or self.process.poll() is not None

    def look_after(self) -> bool:
        """Whether another one has just been started. Raises Broken when they die again and again."""
        if self._session.running() is not None or not self.reap():
            return False
        if self._session.has_ended:
            return False
        if not self._due_ns:
            due_ns = self._policy.died(now_ns())
            if due_ns is None:
                raise Broken("the host agent died again and again", f"its log: {self._session.logs / 'agent.log'}")
            self._due_ns = due_ns
        if now_ns() < self._due_ns:
            return False
        _log.info("host agent gone, starting another one")
        self._due_ns = 0
        self.begin()
        return True
