"""Director: starts a session, follows it while it runs, and ends it. What it shows is somebody else's (`Audience`)."""

from __future__ import annotations

import contextlib
import logging
import queue
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psutil

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import AvatarError, Broken, Gone
from bus.link import Delivery
from bus.messages import (
    CallHealth,
    CameraHealth,
    Caption,
    Final,
    Partial,
    Pause,
    Played,
    Skew,
    SoundEnded,
    TurnState,
    UserSaid,
)
from bus.messages.message import Message
from bus.messages.stage import StageAddress, TurnTimeline
from remote.curfew import Curfew
from remote.platform import new_group
from remote.session import Ending, Session
from remote.status import CallStatus
from topology.plan import Plan

_log = logging.getLogger(__name__)

MARGIN_S = 30.0
"""The host agent ends a start that takes too long, and knows whose fault it is; this is for a host agent that does not."""
ASK_S = 1.0
"""An agent that is on its way down answers nobody: its end is to be noticed soon."""
STOP_S = 60.0
"""How long the processes of a call may take to end; the films take as long as they take."""

FOLLOWED: tuple[type[Message], ...] = (
    Partial, Final, UserSaid, Caption, TurnState, TurnTimeline, SoundEnded, StageAddress, Played, Pause, Skew,
    CameraHealth, CallHealth,
)  # fmt: skip


class EndedBadly(AvatarError):
    """The call ended, and not because somebody wanted it to."""

    def __init__(self, what: str, todo: str, exit_code: int) -> None:
        super().__init__(what, todo)
        self.exit_code = exit_code


class Audience(Protocol):
    """Whoever watches a call."""

    def starting(self, ready: int, actors: int) -> None:
        """So many actors are ready."""

    def running(self, seconds: float) -> None:
        """The call is up, so long after it was asked for."""

    def message(self, delivery: Delivery) -> None:
        """Something that was said, heard or decided."""

    def ending(self) -> None:
        """The call is being ended."""


def start_limit_s(plan: Plan) -> float:
    """How long the start of a call may take, whatever happens."""
    return max(placement.restart.ready_s for placement in plan.actors.values()) + MARGIN_S


class Director:
    """Follows one session. `stopping` may be set from a signal handler."""

    def __init__(self, session: Session, audience: Audience) -> None:
        self._session = session
        self._audience = audience
        self._client: Client | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.stopping = False

    @classmethod
    def of(cls, plan: Plan, audience: Audience) -> Director:
        """A fresh session for the plan. Raises Wrong when it is already running."""
        return cls(Session.create(plan), audience)

    @property
    def logs(self) -> Path:
        """Folder of the session's logs; they stay when it has ended."""
        return self._session.logs

    def start(self) -> None:
        """Starts the session's host agent and waits until all actors run. Raises what kept it from starting, and
        KeyboardInterrupt when `stopping` was set meanwhile; nothing is left running then."""
        begun_ns = now_ns()
        with (self._session.logs / "agent.log").open("ab") as log:
            agent = self._process = subprocess.Popen(
                [sys.executable, "-m", "remote", self._session.name],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                creationflags=new_group.flags,
                start_new_session=new_group.session,
            )
        try:
            self._wait_until_up(agent)
        except BaseException:
            self._close()
            agent.terminate()  # it ends its actors in order
            try:
                agent.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
            raise
        self._audience.running((now_ns() - begun_ns) / SECOND)

    def follow(self, beside: Callable[[Client, int], None] = lambda _client, _at_ns: None) -> None:
        """Shows the call until it ends by itself, `stopping` is set, or its host agent is gone. `beside`: called again
        and again, with the time; it must not wait for long."""
        curfew = Curfew()
        asked_ns = now_ns()
        while not self.stopping:
            try:
                delivery = self._client_now().deliveries.get(timeout=0.1)
            except queue.Empty:
                pass
            else:
                self._audience.message(delivery)
                curfew.heard(delivery.message, now_ns())
            beside(self._client_now(), now_ns())
            if curfew.over(now_ns()):
                return
            if now_ns() - asked_ns > SECOND:
                asked_ns = now_ns()
                if self._session.running() is None:
                    return

    def end(self) -> Ending:
        """Ends the session in order and waits for it. Raises Broken when it does not end."""
        running = self._session.running()
        if running is not None:
            self._audience.ending()
            try:
                self._client_now().ask("agent", "end", kind=object)
            except Broken:
                _log.warning("the host agent does not answer")
                with contextlib.suppress(psutil.NoSuchProcess):
                    psutil.Process(running.pid).terminate()
        self._close()
        deadline = now_ns() + int(STOP_S * SECOND)
        while self._session.running() is not None:
            if now_ns() > deadline and self._session.read("ending.json", Ending) is None:
                self.kill()
                raise Broken(f"the call did not end in {STOP_S:.0f} s and was killed", f"logs: {self._session.logs}")
            sleep_ms(20)
        return self._session.read("ending.json", Ending) or Ending(
            "the host agent ended without a word", f"its log: {self._session.logs / 'agent.log'}", 1
        )

    def kill(self) -> None:
        """Ends everything at once. The agent first: it would start again what it sees dying."""
        running = self._session.running()
        if running is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            agent = psutil.Process(running.pid)
            for process in (agent, *agent.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()

    def leave(self) -> None:
        """Lets the session go on without us."""
        self._client_now().leave()
        self._client = None

    # --- start ----------------------------------------------------------------------------------------------------

    def _wait_until_up(self, agent: subprocess.Popen[bytes]) -> None:
        limit_s = start_limit_s(self._session.plan())
        deadline = now_ns() + int(limit_s * SECOND)
        while not self._is_up():
            if agent.poll() is not None:
                ending = self._session.read("ending.json", Ending) or Ending()
                log = f"its log: {self._session.logs / 'agent.log'}"
                raise EndedBadly(
                    ending.what or "the host agent ended at once", ending.todo or log, ending.exit_code or 1
                )
            if self.stopping:
                raise KeyboardInterrupt
            if now_ns() > deadline:
                raise Broken(f"the call was not up within {limit_s:.0f} s", f"logs: {self._session.logs}")
            sleep_ms(50)

    def _is_up(self) -> bool:
        if self._session.running() is None:
            return False
        try:
            status = self._client_now().ask("agent", "status", kind=CallStatus, timeout_s=ASK_S)
        except Broken:
            return False  # it is on its way up, or down: the process tells
        actors = [a for a in status.actors if a.actor not in ("hub", "agent")]
        self._audience.starting(sum(a.state != "starting" for a in actors), len(actors))
        return status.phase == "running" and all(a.state in ("running", "given up") for a in actors)

    def _client_now(self) -> Client:
        if self._client is None:
            running = self._session.running()
            if running is None:
                raise Gone("the call has ended", f"its logs: {self._session.logs}")
            self._client = Client(self._session.keys(), running.control_port, "director", takes=FOLLOWED)
        return self._client

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
