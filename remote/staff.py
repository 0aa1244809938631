"""Staff of a host: the processes of its services and actors. Starts, replaces and restarts them, gives up when it must.

Replicas of an actor have a seat each, and share what the hub keeps for the actor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from bus.clock import SECOND, now_ns
from bus.control import ActorCall, Ask, Notice
from bus.errand import Errand
from bus.errors import AvatarError, Broken, Wrong
from bus.socket import SessionKeys
from remote.child import Child
from remote.dismissal import STOP_S, TELL_NS, dismiss
from remote.far.place import HERE, Place
from remote.policy import RestartPolicy
from remote.precedence import all_actors_loaded, blames_service, is_due
from remote.reason import StartFailed, died_too_often, may_still_say, reason_of
from remote.seat import Seat
from topology.change import Unit
from topology.plan import Placement

_log = logging.getLogger(__name__)

DRAIN_S = 12.0
"""How long one that is replaced may take for the unit in hand. One that hangs must not keep its successor waiting."""


class Staff:
    """The seats of one host. `tell` sends a verb to the hub; `answer` and `refuse` reply to whoever asked; `note` writes
    a name and an epoch down before there is a process of them. `held`: those who are ready wait for `begin`."""

    def __init__(
        self,
        placements: Iterable[Placement],
        keys: SessionKeys,
        control_port: int,
        logs: Path,
        tell: Callable[[str, ActorCall], None],
        answer: Callable[[Ask, object], None],
        refuse: Callable[[Ask, AvatarError], None],
        *,
        grace_s: float = 60.0,
        place: Place = HERE,
        held: bool = False,
        note: Callable[[str, int], None] = lambda _name, _epoch: None,
    ) -> None:
        self.seats: dict[str, Seat] = {}
        """By the name of their process."""
        self.epochs = dict(place.epochs)
        """The last of those who were taken out, or ran elsewhere: if they come back, the hub hears only a later one."""
        for placement in placements:
            for replica in range(placement.replicas):
                self.seat_for(Unit(placement.actor, replica), placement)
        self.all_up = False
        """Every actor has run once: the call has begun, and from now on goes on without one that fails."""
        self.all_loaded = False
        """Every actor was ready once, and was told to begin."""
        self._held = held
        self._keys, self._place = keys, place
        self._control_port = control_port
        self._logs = logs
        self._tell, self._answer, self._refuse = tell, answer, refuse
        self._grace_s = grace_s
        self._note = note

    @property
    def given_up(self) -> tuple[str, ...]:
        """What the call does without now, each with its reason."""
        return tuple(f"{seat.name}: {seat.error}" for seat in self.seats.values() if seat.state == "given up")

    def start(self) -> None:
        """Starts every service, or when there is none every actor, into standby. Raises StartFailed."""
        for seat in self.seats.values():
            seat.restart_at_ns = now_ns()
        self.look_after()

    def resume(self, *, loaded: bool, up: bool) -> None:
        """Goes on where another host agent was: its seats have been filled (remote/adoption.py)."""
        self.all_loaded, self.all_up = loaded, up

    def replace(self, ask: Ask, name: str, epoch: int = 0) -> None:
        """Starts a successor; `ask` is answered with its epoch when it has taken over. Raises Wrong, StartFailed.

        `epoch`: of the process that is to go, so that whoever asks again gets no second one; 0: whichever is there.
        """
        seat = self.seats.get(name)
        if seat is None or seat.leaving:
            raise Wrong(f"there is no actor {name!r} in this call", f"actors: {', '.join(self.seats)}")
        if epoch and seat.current is not None and seat.current.epoch > epoch:
            self._answer(ask, seat.current.epoch)
            return
        seat.asked = [other for other in seat.asked if other.asker != ask.asker] + [ask]
        if seat.successor is None:
            self.renew(seat)

    def noticed(self, notice: Notice) -> None:
        """What the hub tells of an actor; a new hub may tell it twice. Raises StartFailed."""
        seat = self.seats.get(notice.name)
        child = seat.child(notice.epoch) if seat else None
        if seat is None or child is None:
            return
        match notice.event:
            case "ready" if seat.understudy and child is seat.understudy.child:
                seat.understudy.ready = True
            case "ready" if child is seat.successor:
                self._ready(seat)
            case "active" if child is seat.successor:
                self._active(seat)
            case "gone" if notice.what:
                child.bye, child.leave_by_ns = notice, child.leave_by_ns or now_ns() + int(STOP_S * SECOND)
                if not self.all_up:
                    self._lost(seat, child)
            case _:
                pass

    def look_after(self) -> None:
        """Sees which processes died, ends those that overstay, starts those whose time has come. Raises StartFailed."""
        for seat in list(self.seats.values()):
            for child in seat.children:
                if child.exit_code() is not None:
                    if child in seat.retired or not may_still_say(child):
                        self._died(seat, child)
                elif child.leave_by_ns and now_ns() > child.leave_by_ns:
                    _log.error("killed actor=%s epoch=%d: it was to leave and did not", child.name, child.epoch)
                    child.kill()
            if seat.leaving:
                self._see_off(seat)
            elif is_due(seat, self.seats.values(), now_ns(), all_up=self.all_up):
                self._spawn(seat)

    def stop(self, names: Iterable[str]) -> None:
        """Ends these actors, and waits until all their processes are gone."""
        seats = [self.seats[name] for name in names]
        dismiss([child for seat in seats for child in seat.children], self._tell)
        for seat in seats:
            seat.state, seat.restart_at_ns = "stopped" if seat.state != "given up" else seat.state, 0

    def seat_for(self, unit: Unit, placement: Placement) -> Seat:
        """The seat of a unit; a new one for one that is new in the call."""
        name = str(unit)
        if name not in self.seats:
            rules = RestartPolicy(placement.restart)
            self.seats[name] = Seat(placement, rules, unit.replica, epoch=self.epochs.get(name, 0))
        return self.seats[name]

    def arrange(self, units: Iterable[Unit]) -> None:
        """The order of the seats, as in the plan, services first; those that are on their way out come last."""
        order = {str(unit): index for index, unit in enumerate(units)}
        self.seats = dict(sorted(self.seats.items(), key=lambda s: (not s[1].is_service, order.get(s[0], len(order)))))

    def ask_to_end(self, child: Child) -> None:
        """One that must not be killed at once; it is after a while."""
        child.leave_by_ns = now_ns() + int(STOP_S * SECOND)
        self._tell("stop", ActorCall(child.name, child.epoch))

    # --- one seat -------------------------------------------------------------------------------------------------

    def hire(self, seat: Seat, placement: Placement, epoch: int, *more: str) -> Child:
        """Starts a process for a seat, into standby; `more` arguments for it. Raises Broken."""
        errand = Errand(
            name=seat.name, group=placement.actor, epoch=epoch, host=self._place.host, keys=self._keys,
            control_port=self._control_port, engine=placement.engine, settings=placement.settings, grace_s=self._grace_s,
        )  # fmt: skip
        self._note(seat.name, epoch)
        return Child([*seat.command, seat.name, *more], errand, self._logs / f"{seat.name}.log", placement.python)

    def renew(self, seat: Seat) -> None:
        """Starts a successor that takes over as soon as it is ready. Raises StartFailed."""
        seat.restarts += 1
        seat.error = ""
        seat.policy.deaths.clear()
        self._spawn(seat)

    def _spawn(self, seat: Seat) -> None:
        seat.epoch += 1
        seat.restart_at_ns, seat.needs_services = 0, False
        try:
            seat.successor = self.hire(seat, seat.placement, seat.epoch)
        except Broken as error:
            self._lost(seat, error)
        else:
            seat.state = "restarting" if self.all_up else "starting"

    def _ready(self, seat: Seat) -> None:
        if self.all_loaded or seat.is_service:
            self.activate(seat)
            return
        seat.state = "standby"
        self._begin()

    @property
    def stands_by(self) -> bool:
        """Whether every actor was ready once."""
        return self.all_loaded or all_actors_loaded(self.seats.values())

    def begin(self) -> None:
        """Every other host stands by, too: all begin as soon as they can."""
        self._held = False
        self._begin()

    def _begin(self) -> None:
        if not self.all_loaded and not self._held and self.stands_by:
            self.all_loaded, self.all_up = True, not self.seats
            for other in filter(lambda s: not s.is_service, reversed(self.seats.values())):
                self.activate(other)

    def activate(self, seat: Seat) -> None:
        """Its successor takes over. From here on the one before is on its way out, whatever becomes of its successor."""
        assert seat.successor is not None
        if seat.current is not None:
            seat.current.leave_by_ns = now_ns() + int(DRAIN_S * SECOND)
            seat.retired.append(seat.current)
            seat.current = None
        self._tell("activate", ActorCall(seat.name, seat.successor.epoch))

    def _active(self, seat: Seat) -> None:
        assert seat.successor is not None
        seat.current, seat.successor = seat.successor, None
        seat.state, seat.since_ns = "running", now_ns()
        self.all_up = self.all_up or all(s.state == "running" for s in self.seats.values())
        _log.info("running actor=%s epoch=%d pid=%d", seat.name, seat.current.epoch, seat.current.pid)
        for ask in seat.asked:
            self._answer(ask, seat.current.epoch)
        seat.asked.clear()

    def _died(self, seat: Seat, child: Child) -> None:
        child.wait(1)
        self._tell("gone", ActorCall(seat.name, child.epoch))
        if child in seat.retired:
            seat.retired.remove(child)
            return
        if seat.understudy and child is seat.understudy.child:
            seat.understudy.failed, _ = reason_of(child)
            return
        seat.vacate(child)
        if seat.leaving and child.exit_code() == 0:
            _log.info("left actor=%s epoch=%d", seat.name, child.epoch)
        else:
            _log.error("died actor=%s epoch=%d code=%s", seat.name, child.epoch, child.exit_code())
        if seat.successor is None and not seat.leaving:  # else that one comes anyway, or nobody
            self._lost(seat, child)

    def _see_off(self, seat: Seat) -> None:
        """Tells it again until it has gone: a hub that dies forgets that somebody drains."""
        if not seat.children:
            del self.seats[seat.name]
            self.epochs[seat.name] = seat.epoch
            if not seat.moves:
                self._forget_unless_needed(seat.placement.actor, "erase")
        elif now_ns() - seat.told_ns > TELL_NS:
            seat.told_ns = now_ns()
            for child in seat.children:
                self._tell("drain", ActorCall(child.name, child.epoch))

    def _lost(self, seat: Seat, lost: Child | AvatarError) -> None:
        """What becomes of a seat whose newest process has failed, or could not be made."""
        reason, hopeless = (lost, False) if isinstance(lost, AvatarError) else reason_of(lost)
        seat.error = reason.what
        if not self.all_up:
            raise StartFailed(f"{seat.name}: {reason.what}", reason.todo, reason.exit_code)
        if seat.current is not None:
            seat.state = "running"
            self.refuse_all(seat, Broken(f"the new {seat.name} failed: {reason.what}", "the old one goes on"))
        elif hopeless:
            self._give_up(seat, reason)
        else:
            self._restart_later(seat, reason)

    def _restart_later(self, seat: Seat, reason: AvatarError) -> None:
        at_ns = seat.policy.died(now_ns())
        if at_ns is None:
            self._give_up(seat, died_too_often(len(seat.policy.deaths) + 1, reason))
        else:
            seat.restarts += 1
            seat.state, seat.restart_at_ns = "waiting", at_ns

    def _give_up(self, seat: Seat, error: AvatarError) -> None:
        if blames_service(seat, self.seats.values()):
            seat.wait_for_services(now_ns())
            return
        _log.error("given up actor=%s what=%s", seat.name, error.what)
        seat.state, seat.error = "given up", error.what
        self._forget_unless_needed(seat.placement.actor)
        self.refuse_all(seat, error)

    def _forget_unless_needed(self, actor: str, verb: str = "forget") -> None:
        """Lets the hub keep nothing for an actor that has no process any more, nor will have one; "erase": nor of it."""
        if all(s.state == "given up" for s in self.seats.values() if s.placement.actor == actor):
            self._tell(verb, ActorCall(actor))

    def refuse_all(self, seat: Seat, error: AvatarError) -> None:
        """Tells those who wait for the seat's next process that none comes."""
        for ask in seat.asked:
            self._refuse(ask, error)
        seat.asked.clear()
