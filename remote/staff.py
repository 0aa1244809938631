"""Staff of a host: its actors' processes. Starts, activates, replaces and restarts them, and gives up when it must."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from bus.clock import SECOND, now_ns, sleep_ms
from bus.control import ActorCall, Ask, Notice
from bus.errand import Errand
from bus.errors import AvatarError, Broken, Wrong
from bus.socket import SessionKeys
from remote.child import Child
from remote.policy import RestartPolicy
from remote.seat import Seat
from topology.plan import LOCAL, Placement

_log = logging.getLogger(__name__)

STOP_S = 6.0
"""How long an actor may take to end before it is killed."""


class StartFailed(AvatarError):
    """An actor could not be started with the call: the call ends."""

    def __init__(self, what: str, todo: str, exit_code: int) -> None:
        super().__init__(what, todo)
        self.exit_code = exit_code


class Staff:
    """The seats of one host. `tell` sends a verb to the hub; `answer` and `refuse` reply to whoever asked."""

    def __init__(
        self,
        placements: Iterable[Placement],
        keys: SessionKeys,
        control_port: int,
        logs: Path,
        tell: Callable[[str, ActorCall], None],
        answer: Callable[[Ask, object], None],
        refuse: Callable[[Ask, AvatarError], None],
    ) -> None:
        self.seats = {p.actor: Seat(p, RestartPolicy(p.restart)) for p in placements}
        self.all_up = False
        """Every actor has been ready once: the call has begun."""
        self._keys = keys
        self._control_port = control_port
        self._logs = logs
        self._tell = tell
        self._answer = answer
        self._refuse = refuse

    def start(self) -> None:
        """Starts every actor, into standby."""
        for seat in self.seats.values():
            self._spawn(seat)

    def replace(self, ask: Ask, name: str) -> None:
        """Starts a successor; `ask` is answered with its epoch when it has taken over. Raises Wrong."""
        seat = self.seats.get(name)
        if seat is None:
            raise Wrong(f"there is no actor {name!r} in this call", f"actors: {', '.join(self.seats)}")
        seat.asked.append(ask)
        if seat.successor is None:
            seat.restarts += 1
            seat.policy.deaths.clear()
            self._spawn(seat)

    def noticed(self, notice: Notice) -> None:
        """What the hub tells of an actor. Raises StartFailed."""
        seat = self.seats.get(notice.name)
        if seat is None:
            return
        match notice.event:
            case "ready" if seat.successor and seat.successor.epoch == notice.epoch:
                self._ready(seat)
            case "active" if seat.successor and seat.successor.epoch == notice.epoch:
                self._active(seat)
            case "gone" if notice.what:
                self._failed(seat, notice)
            case _:
                pass

    def look_after(self) -> None:
        """Sees which processes died, and starts those whose time has come. Raises StartFailed."""
        for seat in self.seats.values():
            for child in seat.children:
                if child.exit_code() is not None:
                    self._died(seat, child)
            if seat.restart_at_ns and now_ns() >= seat.restart_at_ns:
                self._spawn(seat)

    def stop(self, names: Iterable[str]) -> None:
        """Ends these actors, and waits until all their processes are gone."""
        seats = [self.seats[name] for name in names]
        for seat in seats:
            seat.restart_at_ns = 0
            if seat.children:
                self._tell("stop", ActorCall(seat.name))
        children = [child for seat in seats for child in seat.children]
        deadline = now_ns() + int(STOP_S * SECOND)
        while any(c.exit_code() is None for c in children) and now_ns() < deadline:
            sleep_ms(10)
        for child in children:
            if child.exit_code() is None:
                _log.error("killed actor=%s: it did not end within %.0f s", child.name, STOP_S)
            child.kill()

    # --- one seat -------------------------------------------------------------------------------------------------

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
        seat.successor = Child(["-m", "actors", seat.name], errand, self._logs / f"{seat.name}.log")
        seat.state = "restarting" if self.all_up else "starting"
        seat.restart_at_ns = 0

    def _ready(self, seat: Seat) -> None:
        seat.state = "restarting" if self.all_up else "standby"
        if self.all_up:
            self._activate(seat)
        elif all(s.state in ("standby", "given up") for s in self.seats.values()):
            self.all_up = True
            for other in reversed(self.seats.values()):
                if other.state == "standby":
                    self._activate(other)

    def _activate(self, seat: Seat) -> None:
        assert seat.successor is not None
        self._tell("activate", ActorCall(seat.name, seat.successor.epoch))

    def _active(self, seat: Seat) -> None:
        if seat.current is not None:
            seat.retired.append(seat.current)
        seat.current, seat.successor = seat.successor, None
        assert seat.current is not None
        seat.state, seat.since_ns = "running", now_ns()
        _log.info("running actor=%s epoch=%d pid=%d", seat.name, seat.epoch, seat.current.pid)
        for ask in seat.asked:
            self._answer(ask, seat.epoch)
        seat.asked.clear()

    def _failed(self, seat: Seat, notice: Notice) -> None:
        """It said goodbye with a reason."""
        seat.error = notice.what
        if not notice.hopeless:
            return
        if not self.all_up:
            raise StartFailed(f"{seat.name}: {notice.what}", notice.todo, notice.exit_code)
        self._give_up(seat, Broken(notice.what, notice.todo))

    def _died(self, seat: Seat, child: Child) -> None:
        child.wait(1)
        self._tell("gone", ActorCall(seat.name, child.epoch))
        if child in seat.retired:
            seat.retired.remove(child)
            return
        if child is seat.current:
            seat.current = None
            if seat.successor is not None:
                return  # it made room for its successor
        else:
            seat.successor = None
        if seat.state == "given up":
            return
        seat.error = seat.error or f"it ended with code {child.exit_code()}"
        _log.error("died actor=%s epoch=%d code=%s", seat.name, child.epoch, child.exit_code())
        if not self.all_up:
            raise StartFailed(f"{seat.name} did not start: {seat.error}", f"its log: avatar logs {seat.name}", 1)
        self._restart_later(seat)

    def _restart_later(self, seat: Seat) -> None:
        if seat.current is not None:  # a successor failed, the one before still runs
            seat.state = "running"
            self._refuse_all(seat, Broken(f"the new {seat.name} failed: {seat.error}", "the old one goes on"))
            return
        seat.restarts += 1
        at_ns = seat.policy.died(now_ns())
        if at_ns is None:
            self._give_up(seat, Broken(f"{seat.name} died {seat.restarts} times", f"see: avatar logs {seat.name}"))
        else:
            seat.state, seat.restart_at_ns = "waiting", at_ns

    def _give_up(self, seat: Seat, error: AvatarError) -> None:
        _log.error("given up actor=%s what=%s", seat.name, error.what)
        if seat.current is None:
            seat.state = "given up"
            self._tell("forget", ActorCall(seat.name))
        self._refuse_all(seat, error)

    def _refuse_all(self, seat: Seat, error: AvatarError) -> None:
        for ask in seat.asked:
            self._refuse(ask, error)
        seat.asked.clear()
