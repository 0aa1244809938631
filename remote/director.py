"""Director: starts a session, follows it while it runs, and ends it. What it shows is somebody else's (`Audience`)."""

from __future__ import annotations

import contextlib
import logging
import queue
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from bus.client import Client
from bus.clock import MS, SECOND, now_ns, sleep_ms
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
from remote.closing import await_end
from remote.curfew import Curfew
from remote.far.place import is_actor
from remote.leftovers import kill_call
from remote.mark import Mark
from remote.session import Ending, Session
from remote.status import CallStatus
from remote.succession import Succession
from topology.plan import Plan

_log = logging.getLogger(__name__)

MARGIN_S = 30.0
"""The host agent ends a start that takes too long, and knows whose fault it is; this is for a host agent that does not."""
ASK_S = 1.0
"""An agent that is on its way down answers nobody: its end is to be noticed soon."""
LOOK_NS = 100 * MS
END_START_NS = 15 * SECOND
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

    def linking(self, host: str, words: str) -> None:
        """How far the connection to another host is."""

    def running(self, seconds: float) -> None:
        """The call is up, so long after it was asked for."""

    def message(self, delivery: Delivery) -> None:
        """Something that was said, heard or decided."""

    def ending(self) -> None:
        """The call is being ended."""


def start_limit_s(plan: Plan) -> float:
    """How long the start of a call may take, whatever happens."""
    served_s = max((service.seat(name).restart.ready_s for name, service in plan.services.items()), default=0.0)
    return served_s + max(placement.restart.ready_s for placement in plan.actors.values()) + MARGIN_S


class Director:
    """Follows one session. `stopping` may be set from a signal handler."""

    def __init__(self, session: Session, audience: Audience) -> None:
        self._session = session
        self._audience = audience
        self._client: Client | None = None
        self._succession = Succession(session)
        self._linked: dict[str, str] = {}
        """What was last told of each other host."""
        self._deadline_ns = 0
        self.stopping = False

    @classmethod
    def of(cls, plan: Plan, audience: Audience) -> Director:
        """A fresh session for the plan. Raises Wrong when it is already running."""
        return cls(Session.create(plan), audience)

    @property
    def logs(self) -> Path:
        """Folder of the session's logs; they stay when it has ended."""
        return self._session.logs

    def plan(self) -> Plan | None:
        """The one that the call goes by now; None when it cannot be read."""
        return self._session.read("plan.json", Plan)

    def start(self) -> None:
        """Starts the session's host agent and waits until all actors run. Raises what kept it from starting, and
        KeyboardInterrupt when `stopping` was set meanwhile; nothing is left running then."""
        self._session.write("director.json", Mark.own())
        self._succession.begin()
        self._until_up()

    def attend(self) -> None:
        """Takes the place of a director that has gone. Raises as `start`."""
        self._session.write("director.json", Mark.own())
        self._until_up()

    def follow(self, beside: Callable[[Client, int], None] = lambda _client, _at_ns: None) -> None:
        """Shows the call until it ends by itself or `stopping` is set. A host agent that was killed gets a successor.

        `beside`: called again and again, with the time; it must not wait for long. Raises Broken when host agents die
        again and again.
        """
        curfew = Curfew()
        looked_ns = now_ns()
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
            if now_ns() - looked_ns > LOOK_NS:
                looked_ns = now_ns()
                if self._session.has_ended:
                    return
                self._succession.look_after()

    def show_until(self, kind: type[Message], seconds: float) -> None:
        """Shows the call until the first message of a kind, for so long at the most."""
        deadline_ns = now_ns() + int(seconds * SECOND)
        while not self.stopping and (left_ns := deadline_ns - now_ns()) > 0:
            with contextlib.suppress(queue.Empty):
                delivery = self._client_now().deliveries.get(timeout=left_ns / SECOND)
                self._audience.message(delivery)
                if isinstance(delivery.message, kind):
                    return

    def end(self) -> Ending:
        """Ends the session in order and waits for it. Raises Broken when it does not end."""
        if not self._session.has_ended:
            self._audience.ending()
        try:
            return await_end(self._session, self._succession, self._tell_to_end, STOP_S)
        finally:
            self._close()

    def kill(self) -> None:
        """Ends everything at once."""
        kill_call(self._session)

    def leave(self) -> None:
        """Lets the session go on without us."""
        self._session.remove("director.json")
        self._close()

    # --- start ----------------------------------------------------------------------------------------------------

    def _until_up(self) -> None:
        begun_ns = now_ns()
        with ExitStack() as undone:
            undone.callback(self._end_start)
            undone.callback(self._close)
            self._wait_until_up()
            undone.pop_all()
        self._audience.running((now_ns() - begun_ns) / SECOND)

    def _wait_until_up(self) -> None:
        limit_s = start_limit_s(self._session.plan())
        self._deadline_ns = now_ns() + int(limit_s * SECOND)
        while not self._is_up():
            self._succession.look_after()
            if self._session.has_ended:
                ending = self._session.read("ending.json", Ending) or Ending()
                raise EndedBadly(ending.what or "the call ended at once", ending.todo, ending.exit_code or 1)
            if self.stopping:
                raise KeyboardInterrupt
            if now_ns() > self._deadline_ns:
                raise Broken(f"the call was not up within {limit_s:.0f} s", f"logs: {self._session.logs}")
            sleep_ms(50)

    def _end_start(self) -> None:
        """Its host agent ends its actors in order; whoever is left then is killed."""
        deadline = now_ns() + END_START_NS
        if agent := self._session.running() or self._succession.mark:
            agent.terminate()
            while agent.alive and now_ns() < deadline:
                self._succession.reap()
                sleep_ms(20)
        self.kill()

    def _is_up(self) -> bool:
        if self._session.running() is None:
            return False
        try:
            status = self._client_now().ask("agent", "status", kind=CallStatus, timeout_s=ASK_S)
        except Broken:
            return False  # it is on its way up, or down: the process tells
        self._tell_links(status)
        actors = [a for a in status.actors if is_actor(a.actor)]
        self._audience.starting(sum(a.state != "starting" for a in actors), len(actors))
        return status.phase == "running" and all(a.state in ("running", "given up") for a in actors)

    def _tell_links(self, status: CallStatus) -> None:
        """Bringing code and models takes as long as it takes: whoever does it has limits of its own."""
        for link in status.links:
            if link.stage == "shipping":
                self._deadline_ns = now_ns() + int(start_limit_s(self._session.plan()) * SECOND)
            if (self._linked.get(link.host) != link.words and link.stage != "up") or (
                link.stage == "up" and self._linked.get(link.host) != link.stage
            ):
                self._audience.linking(link.host, link.words)
            self._linked[link.host] = link.stage if link.stage == "up" else link.words

    def _client_now(self) -> Client:
        if self._client is None:
            running = self._session.running()
            if running is None:
                raise Gone("the call has ended", f"its logs: {self._session.logs}")
            self._client = Client(self._session.keys(), running.control_port, "director", takes=FOLLOWED)
        return self._client

    def _tell_to_end(self) -> None:
        self._client_now().ask("agent", "end", kind=object, timeout_s=ASK_S)

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
