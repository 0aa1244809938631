"""Host agent: starts this host's hub and actors, keeps them running, replaces them, measures them, ends them in order.

One loop in one thread: what the hub tells (notices, questions of other peers), what became of the children, what is due.
"""

from __future__ import annotations

import logging
import queue
from typing import Literal

import msgspec
import psutil

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.control import ActorCall, Answer, Ask, Notice, PeerView, Welcome
from bus.errand import Errand
from bus.errors import AvatarError, Broken, Wrong
from remote.child import Child
from remote.finish import film_folders
from remote.policy import RestartPolicy
from remote.seat import Load, Seat
from remote.session import Ending, Running, Session
from remote.status import ActorStatus, CallStatus
from topology.plan import LOCAL

_log = logging.getLogger(__name__)

TICK_S = 0.05
SAMPLE_NS = 2 * SECOND
STOP_S = 6.0
"""How long an actor may take to end before it is killed."""
SINKS = frozenset({"mic-out", "cam-out", "web"})
"""Ended last, so that picture and sound go on to the end."""
DIRECTOR = "director"


class HostAgent:
    """Runs the local part of one session until it is told to end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plan = session.plan()
        self._keys = session.keys()
        self._started_ns = now_ns()
        self._seats = {p.actor: Seat(p, RestartPolicy(p.restart)) for p in self._plan.on(LOCAL)}
        self._phase: Literal["starting", "running"] = "starting"
        self._ending: Ending | None = None
        self._hub = self._start_hub(0)
        self._control_port = self._port
        self._client = Client(self._keys, self._control_port, "agent", kind="agent")
        self._peers: list[PeerView] = []
        self._sampled_ns = 0
        self._own_load = Load()
        self._hub_load = Load()
        self._hub_restarts = 0
        self._left_alone_ns = 0
        process = psutil.Process()
        session.write("session.json", Running(process.pid, process.create_time(), self._control_port, self._plan.file))

    def run(self) -> None:
        """The whole session."""
        try:
            for seat in self._seats.values():
                self._spawn(seat)
            while self._ending is None:
                self._step()
        finally:
            self._end()

    def end(self, ending: Ending | None = None) -> None:
        """Ends the session at the next step."""
        self._ending = self._ending or ending or Ending()

    # --- one step -------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        try:
            news = self._client.notices.get(timeout=TICK_S)
        except queue.Empty:
            news = None
        match news:
            case Notice():
                self._noticed(news)
            case Ask():
                self._asked(news)
            case Welcome() | None:
                pass
        self._look_after_hub()
        for seat in self._seats.values():
            self._look_after(seat)
        if now_ns() - self._sampled_ns > SAMPLE_NS:
            self._sample()
        grace_ns = int(self._plan.session.grace_s * SECOND)
        if self._left_alone_ns and now_ns() - self._left_alone_ns > grace_ns:
            _log.info("nobody looks after the session: ending it")
            self.end()

    def _noticed(self, notice: Notice) -> None:
        if notice.name == DIRECTOR:
            self._left_alone_ns = now_ns() if notice.event == "gone" and not notice.what else 0
        seat = self._seats.get(notice.name)
        if seat is None:
            return
        match notice.event:
            case "ready":
                self._ready(seat, notice.epoch)
            case "active":
                self._active(seat, notice.epoch)
            case "gone" if notice.what:
                seat.error = notice.what
                if notice.hopeless:
                    self._hopeless(seat, notice)
            case _:
                pass

    def _ready(self, seat: Seat, epoch: int) -> None:
        if seat.successor is None or seat.successor.epoch != epoch:
            return
        seat.state = "standby" if self._phase == "starting" else "restarting"
        if self._phase != "starting":
            self._activate(seat)
        elif all(s.state in ("standby", "given up") for s in self._seats.values()):
            self._phase = "running"
            for other in reversed(self._seats.values()):
                if other.state == "standby":
                    self._activate(other)

    def _activate(self, seat: Seat) -> None:
        assert seat.successor is not None
        self._tell_hub("activate", seat.name, seat.successor.epoch)

    def _active(self, seat: Seat, epoch: int) -> None:
        if seat.successor is None or seat.successor.epoch != epoch:
            return
        if seat.current is not None:
            seat.retired.append(seat.current)
        seat.current, seat.successor = seat.successor, None
        seat.state, seat.since_ns = "running", now_ns()
        _log.info("running actor=%s epoch=%d pid=%d", seat.name, epoch, seat.current.pid)
        for ask in seat.asked:
            self._answer(ask, epoch)
        seat.asked.clear()

    def _hopeless(self, seat: Seat, notice: Notice) -> None:
        if self._phase == "starting":
            self.end(Ending(f"{seat.name}: {notice.what}", notice.todo))
        seat.state = "given up"
        _log.error("given up actor=%s what=%s", seat.name, notice.what)
        self._refuse(seat, notice.what, notice.todo)

    # --- processes ------------------------------------------------------------------------------------------------

    def _start_hub(self, port: int) -> Child:
        errand = Errand(name="hub", keys=self._keys, control_port=port)
        hub = Child(["-m", "bus"], errand, self._session.logs / "hub.log")
        line = hub.first_line()
        if not line.isdecimal():
            hub.kill()
            raise Broken("the hub did not start", f"its log: {self._session.logs / 'hub.log'}")
        self._port = int(line)
        return hub

    def _look_after_hub(self) -> None:
        if self._hub.exit_code() is None:
            return
        _log.error("hub died code=%s", self._hub.exit_code())
        self._hub_restarts += 1
        self._hub = self._start_hub(self._control_port)

    def _spawn(self, seat: Seat) -> None:
        seat.epoch += 1
        placement = seat.placement
        errand = Errand(
            name=seat.name,
            keys=self._keys,
            epoch=seat.epoch,
            host=LOCAL,
            control_port=self._control_port,
            engine=placement.engine,
            settings=placement.settings,
        )
        seat.successor = Child(["-m", "actors", seat.name], errand, self._session.logs / f"{seat.name}.log")
        seat.state = "starting" if self._phase == "starting" else "restarting"
        seat.restart_at_ns = 0

    def _look_after(self, seat: Seat) -> None:
        for child in seat.children:
            if child.exit_code() is not None:
                self._died(seat, child)
        if seat.restart_at_ns and now_ns() >= seat.restart_at_ns:
            self._spawn(seat)

    def _died(self, seat: Seat, child: Child) -> None:
        child.wait(1)
        self._tell_hub("gone", seat.name, child.epoch)
        if child in seat.retired:
            seat.retired.remove(child)
            return
        code = child.exit_code()
        if child is seat.current:
            seat.current = None
            if seat.successor is not None:
                return  # it was asked to make room
        else:
            seat.successor = None
        if seat.state == "given up":
            return
        why = seat.error or f"it ended with code {code}"
        _log.error("died actor=%s epoch=%d code=%s", seat.name, child.epoch, code)
        if self._phase == "starting":
            self.end(Ending(f"{seat.name} did not start: {why}", f"its log: {self._session.logs / seat.name}.log"))
            return
        seat.restarts += 1
        seat.error = why
        at_ns = seat.policy.died(now_ns())
        if at_ns is None:
            seat.state = "given up"
            self._tell_hub("forget", seat.name, 0)
            _log.error("given up actor=%s restarts=%d", seat.name, seat.restarts)
            self._refuse(seat, f"{seat.name} died {seat.restarts} times", f"see: avatar logs {seat.name}")
        else:
            seat.state, seat.restart_at_ns = "waiting", at_ns

    def _tell_hub(self, verb: str, name: str, epoch: int) -> None:
        try:
            self._client.ask("hub", verb, ActorCall(name, epoch), kind=object)
        except Broken as error:
            _log.error("hub refused verb=%s actor=%s what=%s", verb, name, error.what)

    # --- questions ------------------------------------------------------------------------------------------------

    def _asked(self, ask: Ask) -> None:
        try:
            match ask.verb:
                case "status":
                    self._answer(ask, self.status())
                case "restart":
                    self._restart(ask, msgspec.msgpack.decode(ask.args, type=ActorCall).name)
                case "end":
                    self._answer(ask, None)
                    self.end()
                case verb:
                    raise Wrong(f"the host agent does not know {verb!r}", "is this avatar newer than the running call?")
        except (AvatarError, msgspec.DecodeError) as error:
            todo = error.todo if isinstance(error, AvatarError) else ""
            what = error.what if isinstance(error, AvatarError) else str(error)
            self._client.say(Answer(ask.number, ask.asker, what=what, todo=todo))

    def _answer(self, ask: Ask, body: object) -> None:
        self._client.say(Answer(ask.number, ask.asker, msgspec.Raw(msgspec.msgpack.encode(body))))

    def _refuse(self, seat: Seat, what: str, todo: str) -> None:
        for ask in seat.asked:
            self._client.say(Answer(ask.number, ask.asker, what=what, todo=todo))
        seat.asked.clear()

    def _restart(self, ask: Ask, name: str) -> None:
        seat = self._seats.get(name)
        if seat is None:
            raise Wrong(f"no actor {name!r} in this call", f"there are: {', '.join(self._seats)}")
        seat.asked.append(ask)
        if seat.successor is None:
            seat.restarts += 1
            seat.policy.deaths.clear()
            self._spawn(seat)

    # --- measuring ------------------------------------------------------------------------------------------------

    def status(self) -> CallStatus:
        """How everything is now."""
        self._peers = self._client.ask("hub", "peers", kind=list[PeerView])
        rows = [self._row(seat) for seat in self._seats.values()]
        for name, pid, load, restarts in (
            ("hub", self._hub.pid, self._hub_load, self._hub_restarts),
            ("agent", psutil.Process().pid, self._own_load, 0),
        ):
            up_s = (now_ns() - self._started_ns) / SECOND
            rows.append(
                ActorStatus(
                    name, LOCAL, "", pid, "running", up_s, restarts, 0, 0, 0, 0, load.cpu_percent, load.memory_mb, 0
                )
            )
        phase: Literal["starting", "running", "ending"] = "ending" if self._ending else self._phase
        up_s = (now_ns() - self._started_ns) / SECOND
        return CallStatus(self._session.name, self._plan.file, phase, up_s, tuple(rows))

    def _row(self, seat: Seat) -> ActorStatus:
        child = seat.current or seat.successor
        epoch = child.epoch if child else 0
        peer = next((p for p in self._peers if p.name == seat.name and p.epoch == epoch), None)
        pulse = peer.pulse if peer else None
        return ActorStatus(
            actor=seat.name,
            host=seat.placement.host,
            engine=seat.placement.engine,
            pid=child.pid if child else 0,
            state=seat.state,
            uptime_s=(now_ns() - seat.since_ns) / SECOND if seat.since_ns and seat.current else 0.0,
            restarts=seat.restarts,
            rate_hz=pulse.rate_hz if pulse else 0.0,
            queue=(peer.waiting if peer else 0),
            p50_ms=pulse.p50_ms if pulse else 0.0,
            p99_ms=pulse.p99_ms if pulse else 0.0,
            cpu_percent=round(seat.load.cpu_percent, 1),
            memory_mb=round(seat.load.memory_mb, 1),
            dropped=sum(d.count for d in pulse.drops) if pulse else 0,
            error=seat.error,
        )

    def _sample(self) -> None:
        self._sampled_ns = now_ns()
        self._own_load.sample(psutil.Process().pid)
        self._hub_load.sample(self._hub.pid)
        for seat in self._seats.values():
            if seat.current:
                seat.load.sample(seat.current.pid)

    # --- the end --------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        """Ends every process, sinks last, the hub after them; then finishes the recordings."""
        ending = self._ending or Ending("the host agent failed", f"its log: {self._session.logs / 'agent.log'}")
        last = [s for n, s in self._seats.items() if n in SINKS]
        first = [s for n, s in self._seats.items() if n not in SINKS]
        for wave in (first, last):
            self._stop(wave)
        try:
            self._client.ask("hub", "end", kind=object, timeout_s=2)
        except Broken:
            _log.warning("the hub did not answer at the end")
        self._client.close()
        if not self._hub.wait(3):
            self._hub.kill()
        self._session.write("ending.json", film_folders(self._plan, ending))
        (self._session.folder / "session.json").unlink(missing_ok=True)

    def _stop(self, seats: list[Seat]) -> None:
        for seat in seats:
            if seat.children:
                self._tell_hub("stop", seat.name, 0)
        deadline = now_ns() + int(STOP_S * SECOND)
        children = [child for seat in seats for child in seat.children]
        while any(c.exit_code() is None for c in children) and now_ns() < deadline:
            sleep_ms(10)
        for child in children:
            if child.exit_code() is None:
                _log.error("killed actor=%s: it did not end within %.0f s", child.name, STOP_S)
            child.kill()
