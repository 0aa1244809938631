"""Host agent: starts this host's hub and actors, keeps them running, answers questions about them, ends them in order.

One loop in one thread: what the hub tells (notices, questions of other peers), what became of the children, what is due.
"""

from __future__ import annotations

import logging
import os
import queue
from pathlib import Path

import msgspec

from bus.client import Client
from bus.clock import now_ns, sleep_ms
from bus.control import ActorCall, Answer, Ask, Notice, PeerView, arguments_of
from bus.errors import AvatarError, Broken, Gone, Wrong
from bus.messages import ActorHealth, CallHealth
from remote.adoption import adopt_staff, hub_of, left_of, rolls_of
from remote.attendance import Attendance, orphan_grace_s
from remote.changes import Changes
from remote.far.concert import Concert
from remote.far.orders import Orders, Report
from remote.far.place import AGENT, HERE
from remote.finish import conclude, record_folders
from remote.gauge import Gauge
from remote.health import call_health
from remote.heartbeats import Heartbeats
from remote.mark import Mark
from remote.muster import Muster, Rollbook, names_of
from remote.precedence import leaving_order
from remote.reservation import reservation
from remote.scribe import NAME as RECORDER
from remote.scribe import Scribe
from remote.serving.brood import end_brood, mark_of
from remote.session import Ending, Running, Session
from remote.settling import settled_plan
from remote.shelf import ReadOn, Shelf
from remote.staff import Staff
from remote.status import CallStatus, call_phase
from remote.vigil import Vigil
from remote.wish import Wish
from topology.plan import Plan

_log = logging.getLogger(__name__)

TICK_S = 0.05
SINKS = frozenset({"mic-out", "cam-out", "web"})
"""Ended last, so that picture and sound go on to the end."""


class HostAgent:
    """Runs the local part of one session until it is told to end."""

    def __init__(self, session: Session) -> None:
        """Begins the session, or takes over what another host agent left of it. Raises what keeps it from that."""
        self._session = session
        self._place = place = session.place()
        left = left_of(session)
        plan = settled_plan(session, fresh=left is None)
        self._keys = session.keys()
        fresh = Muster(home=str(Path.cwd()), began_ns=now_ns(), folders=names_of(record_folders(plan)))
        self._book = Rollbook(lambda muster: session.write("staff.json", muster), left or fresh)
        self._ending = self._book.muster.ending
        if left is not None:  # from here on nobody else need come
            self._tell_session(left.control_port, plan)
        grace_s = orphan_grace_s(plan)
        self._hub = hub_of(self._keys, session.logs, left, self._note_hub, grace_s, place)
        self._client = self._reach_hub(left)
        self._staff = Staff(
            plan.seats_on(place.host), self._keys, self._hub.port, session.logs, self._tell_hub, self._answer, self._refuse,
            grace_s=grace_s, place=place, held=len(plan.used_hosts) > 1, note=self._note,
        )  # fmt: skip
        self._vigil = Vigil(Heartbeats(self._client, now_ns()), self._staff, self._hub, session.logs)
        self._changes = Changes(self._staff, plan, self._keep, place)
        self._changes.folders.update(map(Path, self._book.muster.folders))
        self._gauge = Gauge(self._staff, self._book.muster.began_ns, place.host)
        self._concert = Concert(lambda: self._changes.plan, session.name, self._keys, self._client, place, self._staff)
        self._changes.abroad = self._concert.lead
        self._health = CallHealth()
        self._reserved: dict[str, tuple[str, ...]] = {}
        self._attendance = Attendance(session, plan.session.grace_s)
        self._is_new = left is None
        self._tell_session(self._hub.port, plan)
        self._scribe = Scribe.of(session, plan, left.recorder if left else None) if place == HERE else Scribe(None)
        if left is not None:
            self._adopt(left)
        self._note()

    def run(self) -> None:
        """The whole session, or the rest of it."""
        try:
            if self._is_new:
                self._concert.step(now_ns())  # logging in takes as long as loading
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
        hub, own = self._hub.health(), self._own_health()
        rows = (*self._gauge.rows(self._vigil, hub, own, self._hub.since_ns), *self._concert.lead.rows())
        links, uptime_s = self._concert.lead.links(), round(self._gauge.uptime_s, 1)
        phase = call_phase(all_up=self._staff.all_up, ending=self._ending is not None)
        return CallStatus(self._session.name, self._changes.plan.file, phase, uptime_s, rows, links)

    # --- one step -------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        try:
            news = self._client.notices.get(timeout=TICK_S)
        except queue.Empty:
            news = None
        match news:
            case Notice():
                self._staff.noticed(news)
                self._turn_away(news)
            case Ask():
                self._asked(news)
            case _:
                pass
        self._hub.look_after()
        self._vigil.look(now_ns())
        self._staff.look_after()
        self._concert.step(now_ns())
        for answer in self._concert.answers():
            self._client.say(answer)
        self._changes.step()
        self._gauge.sample(self._hub.child)
        self._note()
        self._tell_health()
        if self._attendance.over(now_ns()):
            _log.info("nobody looks after the session: ending it")
            self.end()

    def _tell_health(self) -> None:
        """Where the call began, for the whole of it."""
        health = call_health(
            self._staff.seats.values(), self._hub.health(), self._own_health(), self._concert.lead.health()
        )
        if health != self._health:
            self._health = health
            if self._concert.leads:
                self._client.publish(health)
            self._reserve()

    def _reserve(self) -> None:
        """A hub that is new keeps streams for these; who was given up in between is not to hold anybody back there."""
        wanted = reservation(self._staff.seats.values(), self._concert.elsewhere())
        given_up = self._reserved.keys() - wanted.keys()
        if wanted != self._reserved:
            self._reserved = wanted
            self._client.reserve(wanted)
        for actor in given_up:
            self._tell_hub("forget", ActorCall(actor))

    def _own_health(self) -> ActorHealth:
        takeovers = self._book.muster.takeovers
        error = "the one before was killed" if takeovers else ""
        return ActorHealth(self._place.named(AGENT), "running", pid=os.getpid(), restarts=takeovers, error=error)

    def _asked(self, ask: Ask) -> None:
        try:
            match ask.verb:
                case "status":
                    self._answer(ask, self.status())
                case "restart":
                    call = arguments_of(ask, ActorCall)
                    if self._concert.lead.has(call.name):
                        self._concert.lead.pass_on(ask, call.name)
                    else:
                        self._staff.replace(ask, call.name, call.epoch)
                case "report":
                    self._answer(ask, self._report(arguments_of(ask, Orders)))
                case "apply":
                    self._answer(ask, self._changes.wished(arguments_of(ask, Wish)))
                case "logs":
                    self._answer(ask, Shelf(self._session.logs).read_on(arguments_of(ask, ReadOn)))
                case "end":
                    self._answer(ask, None)
                    self.end()
                case verb:
                    raise Wrong(f"the host agent does not know {verb!r}", "is this avatar newer than the running call?")
        except AvatarError as error:
            self._refuse(ask, error)

    def _report(self, orders: Orders) -> Report:
        """To the host agent where the call began."""
        if self._concert.heed(orders):
            self._reserve()
        return Report(status=self.status(), loaded=self._staff.stands_by, up=self._staff.all_up)

    def _answer(self, ask: Ask, body: object) -> None:
        self._client.say(Answer(ask.number, ask.asker, msgspec.Raw(msgspec.msgpack.encode(body))))

    def _refuse(self, ask: Ask, error: AvatarError) -> None:
        self._client.say(Answer(ask.number, ask.asker, what=error.what, todo=error.todo, exit_code=error.exit_code))

    def _tell_hub(self, verb: str, call: ActorCall) -> None:
        self._client.tell("hub", verb, call)

    def _keep(self, plan: Plan) -> None:
        """From now on the session goes by this plan. Raises Broken when it cannot be written down."""
        try:
            self._session.write("plan.json", plan)
        except OSError as error:
            raise Broken(f"the plan cannot be kept in {self._session.folder}: {error.strerror}") from error
        self._attendance.lasts(plan.session.grace_s)

    # --- for the next host agent ----------------------------------------------------------------------------------

    def _tell_session(self, control_port: int, plan: Plan) -> None:
        own = Mark.own()
        keep = self._session.write_somehow if self._book.muster.seats else self._session.write
        keep("session.json", Running(own.pid, own.started, control_port, plan.file))

    def _note(self, name: str = "", epoch: int = 0) -> None:
        """Writes down who is there; also an epoch of a name that is about to be given to a process."""
        staff, before = self._staff, self._book.muster
        muster = msgspec.structs.replace(
            before,
            hub_restarts=self._hub.restarts,
            seats=rolls_of(staff, name, epoch),
            loaded=staff.all_loaded,
            up=staff.all_up,
            folders=names_of(self._changes.folders),
            recorder=self._scribe.mark,
            ending=self._ending,
        )
        self._book.keep(muster)

    def _reach_hub(self, left: Muster | None) -> Client:
        """A hub that was left and does not answer is ended like one that hangs; the next one does."""
        try:
            return self._visit_hub()
        except Gone:
            if left is None:
                raise
        self._hub.kill("it did not answer its new host agent")
        while not self._hub.look_after():
            sleep_ms(TICK_S * 1e3)
        return self._visit_hub()

    def _visit_hub(self) -> Client:
        place = self._place
        return Client(self._keys, self._hub.port, place.agent, kind="agent", gives=(CallHealth,), host=place.host)

    def _note_hub(self, mark: Mark | None, control_port: int) -> None:
        self._book.keep(msgspec.structs.replace(self._book.muster, hub=mark, control_port=control_port))

    def _adopt(self, left: Muster) -> None:
        """Takes over the processes that are there. Nobody of them notices."""
        peers = self._client.ask("hub", "peers", kind=list[PeerView])
        for verb, call in adopt_staff(self._staff, left, peers, self._session.logs):
            self._tell_hub(verb, call)
        self._hub.restarts = left.hub_restarts + self._hub.restarts
        self._book.muster = msgspec.structs.replace(self._book.muster, takeovers=left.takeovers + 1)
        _log.warning("took over actors=%d hub=%d", len(self._staff.seats), self._hub.child.pid)

    def _turn_away(self, notice: Notice) -> None:
        """One that was started just before its host agent was killed, and that nobody has written down."""
        seat = self._staff.seats.get(notice.name)
        if notice.event == "hello" and seat is not None and seat.child(notice.epoch) is None:
            self._tell_hub("stop", ActorCall(notice.name, notice.epoch))

    # --- the end --------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Ends every process, sinks last, the hub after them; then finishes the recordings."""
        ending = self._ending or Ending("the host agent failed", f"its log: {self._session.logs / 'agent.log'}", 1)
        ending = self._ending = msgspec.structs.replace(
            ending, given_up=(*self._staff.given_up, *self._concert.lead.given_up())
        )
        self._note()
        self._concert.lead.end(self._session.logs)
        for names in leaving_order(self._staff.seats.values(), SINKS):
            self._staff.stop(names)
        end_brood(mark_of(self._keys), 0.0, every=True)  # of attendants that had to be killed
        ending = msgspec.structs.replace(ending, left_alone=self._concert.lead.await_end())
        self._tell_hub("stop", ActorCall(RECORDER))
        self._scribe.wait()
        self._client.tell("hub", "end", None)
        self._hub.end()
        self._client.close()
        conclude(self._session, self._changes.folders, ending)
