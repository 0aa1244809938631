"""Host agent: starts this host's hub and actors, keeps them running, answers questions about them, ends them in order.

One loop in one thread: what the hub tells (notices, questions of other peers), what became of the children, what is due.
"""

from __future__ import annotations

import logging
import os
import queue
from typing import Literal

import msgspec
import psutil

from bus.client import Client
from bus.clock import now_ns
from bus.control import ActorCall, Answer, Ask, Notice, arguments_of
from bus.errors import AvatarError, Broken, Wrong
from bus.messages import ActorHealth, CallHealth
from remote.changes import Changes, Wish
from remote.finish import film_folders
from remote.gauge import Gauge
from remote.grace import Grace
from remote.health import call_health
from remote.heartbeats import Heartbeats
from remote.keeper import HubKeeper
from remote.reservation import reservation
from remote.scribe import NAME as RECORDER
from remote.scribe import Scribe
from remote.session import Ending, Running, Session
from remote.staff import Staff
from remote.status import CallStatus
from remote.vigil import Vigil
from topology.plan import LOCAL, Plan

_log = logging.getLogger(__name__)

TICK_S = 0.05
SINKS = frozenset({"mic-out", "cam-out", "web"})
"""Ended last, so that picture and sound go on to the end."""
DIRECTOR = "director"


class HostAgent:
    """Runs the local part of one session until it is told to end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        plan = session.plan()
        self._keys = session.keys()
        self._ending: Ending | None = None
        self._hub = HubKeeper(self._keys, session.logs)
        self._client = Client(self._keys, self._hub.port, "agent", kind="agent", gives=(CallHealth,))
        self._staff = Staff(
            plan.on(LOCAL), self._keys, self._hub.port, session.logs, self._tell_hub, self._answer, self._refuse
        )
        self._vigil = Vigil(Heartbeats(self._client, now_ns()), self._staff, self._hub, session.logs)
        self._changes = Changes(self._staff, plan, self._keep)
        self._gauge = Gauge(self._staff)
        self._health = CallHealth()
        self._reserved: dict[str, tuple[str, ...]] = {}
        self._grace = Grace(plan.session.grace_s, now_ns())
        process = psutil.Process()
        session.write("session.json", Running(process.pid, process.create_time(), self._hub.port, plan.file))
        self._scribe = Scribe.of(session, plan)

    def run(self) -> None:
        """The whole session."""
        try:
            self._staff.start()
            while self._ending is None:
                self._step()
        except AvatarError as error:  # an actor that does not start, a hub that cannot be kept
            _log.error("ending: %s", str(error).replace("\n", " | "))
            self.end(Ending(error.what, error.todo, error.exit_code))
        finally:
            self._finish()

    def end(self, ending: Ending | None = None) -> None:
        """Ends the session at the next step."""
        self._ending = self._ending or ending or Ending()

    def status(self) -> CallStatus:
        """How everything is now."""
        phase: Literal["starting", "running", "ending"] = "running" if self._staff.all_up else "starting"
        if self._ending:
            phase = "ending"
        rows = self._gauge.rows(self._vigil, self._hub.health())
        return CallStatus(self._session.name, self._changes.plan.file, phase, round(self._gauge.uptime_s, 1), rows)

    # --- one step -------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        try:
            news = self._client.notices.get(timeout=TICK_S)
        except queue.Empty:
            news = None
        match news:
            case Notice(name=name) if name == DIRECTOR:
                self._director(news)
            case Notice():
                self._staff.noticed(news)
            case Ask():
                self._asked(news)
            case _:
                pass
        if self._hub.look_after():
            self._grace.hub_restarted(now_ns())
        self._vigil.look(now_ns())
        self._staff.look_after()
        self._changes.step()
        self._gauge.sample(self._hub.child)
        self._tell_health()
        if self._grace.over(now_ns()):
            _log.info("nobody looks after the session: ending it")
            self.end()

    def _tell_health(self) -> None:
        agent = ActorHealth("agent", "running", pid=os.getpid())
        health = call_health(self._staff.seats.values(), self._hub.health(), agent)
        if health != self._health:
            self._health = health
            self._client.publish(health)
            self._reserve()

    def _reserve(self) -> None:
        """A hub that is new keeps streams for these; who was given up in between is not to hold anybody back there."""
        wanted = reservation(self._staff.seats.values())
        given_up = self._reserved.keys() - wanted.keys()
        if wanted != self._reserved:
            self._reserved = wanted
            self._client.reserve(wanted)
        for actor in given_up:
            self._tell_hub("forget", ActorCall(actor))

    def _director(self, notice: Notice) -> None:
        if notice.event == "gone":
            self._grace.went(now_ns(), on_purpose=bool(notice.what))
        else:
            self._grace.came()

    def _asked(self, ask: Ask) -> None:
        try:
            match ask.verb:
                case "status":
                    self._answer(ask, self.status())
                case "restart":
                    call = arguments_of(ask, ActorCall)
                    self._staff.replace(ask, call.name, call.epoch)
                case "apply":
                    self._answer(ask, self._changes.wished(arguments_of(ask, Wish)))
                case "end":
                    self._answer(ask, None)
                    self.end()
                case verb:
                    raise Wrong(f"the host agent does not know {verb!r}", "is this avatar newer than the running call?")
        except AvatarError as error:
            self._refuse(ask, error)

    def _answer(self, ask: Ask, body: object) -> None:
        self._client.say(Answer(ask.number, ask.asker, msgspec.Raw(msgspec.msgpack.encode(body))))

    def _refuse(self, ask: Ask, error: AvatarError) -> None:
        answer = Answer(ask.number, ask.asker, what=error.what, todo=error.todo, exit_code=error.exit_code)
        self._client.say(answer)

    def _tell_hub(self, verb: str, call: ActorCall) -> None:
        self._client.tell("hub", verb, call)

    def _keep(self, plan: Plan) -> None:
        """From now on the session goes by this plan. Raises Broken when it cannot be written down."""
        try:
            self._session.write("plan.json", plan)
        except OSError as error:
            raise Broken(f"the plan cannot be kept in {self._session.folder}: {error.strerror}") from error
        self._grace.lasts(plan.session.grace_s)

    # --- the end --------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Ends every process, sinks last, the hub after them; then finishes the recordings."""
        ending = self._ending or Ending("the host agent failed", f"its log: {self._session.logs / 'agent.log'}", 1)
        ending = msgspec.structs.replace(ending, given_up=self._staff.given_up)
        sinks = [name for name, seat in self._staff.seats.items() if seat.placement.actor in SINKS]
        self._staff.stop(name for name in list(self._staff.seats) if name not in sinks)
        self._staff.stop(sinks)
        self._tell_hub("stop", ActorCall(RECORDER))
        self._scribe.wait()
        self._client.tell("hub", "end", None)
        self._hub.end()
        self._client.close()
        try:
            self._session.write("ending.json", ending)  # a film can take minutes, and fail
            self._session.write("ending.json", film_folders(self._changes.folders, ending))
        finally:
            (self._session.folder / "session.json").unlink(missing_ok=True)
