"""Understudies of a staff: processes that load in standby for a plan that may yet be refused. Nobody hears of them before.

A process that dies meanwhile is started again as the old plan says, with an epoch below that of its understudy.
"""

from __future__ import annotations

from collections.abc import Collection

from bus.clock import SECOND, now_ns
from bus.errors import AvatarError, Broken, Gone
from remote.child import Child
from remote.seat import Seat, Understudy
from remote.serving.attendant import EARLY
from remote.staff import DRAIN_S, Staff
from topology.change import Unit
from topology.plan import Placement

RESERVED = 10
"""Epochs for those who are started again as the old plan says while the understudy waits."""


class Understudies:
    """Those of one change of the plan."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._seats: dict[str, Seat] = {}
        self._new: set[str] = set()
        """Seats that were not in the call before."""
        self._promoted: set[str] = set()

    def prepare(self, unit: Unit, placement: Placement) -> None:
        """Starts one; of a service its server, too. Raises Broken when it cannot be started."""
        if str(unit) not in self._staff.seats:
            self._new.add(str(unit))
        seat = self._seats[str(unit)] = self._staff.seat_for(unit, placement)
        more = (EARLY,) if seat.is_service else ()
        seat.understudy = Understudy(self._staff.hire(seat, placement, seat.epoch + RESERVED, *more), placement)

    @property
    def all_ready(self) -> bool:
        """Whether each has loaded."""
        return all(seat.understudy and seat.understudy.ready for seat in self._seats.values())

    @property
    def failed(self) -> tuple[str, AvatarError] | None:
        """The first one that failed, and why."""
        for seat in self._seats.values():
            if seat.understudy and seat.understudy.failed:
                return seat.name, seat.understudy.failed
            if seat.understudy and seat.epoch >= seat.understudy.child.epoch:
                return seat.name, Broken("it died again and again meanwhile", f"see: avatar logs {seat.name}")
        return None

    def promote(self, name: str) -> None:
        """It takes over from whoever has the seat."""
        seat = self._seats[name]
        assert seat.understudy is not None
        self._promoted.add(name)
        self._end_successor(seat)
        seat.successor, seat.understudy = seat.understudy.child, None
        seat.epoch = seat.successor.epoch
        seat.restarts += name not in self._new
        seat.policy.deaths.clear()
        seat.restart_at_ns, seat.error = 0, ""
        seat.state = "restarting"
        self._staff.activate(seat)

    def recede(self, movers: Collection[str] = ()) -> None:
        """Those in standby go at once, and the promoted ones whose seats are new leave them; `movers` came from other hosts,
        and go back there. The other promoted ones stay until they are put back."""
        for name, seat in self._seats.items():
            if name in self._new:
                self.release(seat, moves=name in movers)
            else:
                self._end_understudy(seat)

    def put_back(self) -> None:
        """The promoted ones make way for fresh processes of what their seats go by now. Raises StartFailed."""
        for name in self._promoted - self._new:
            self._end_successor(self._seats[name])
            self._staff.renew(self._seats[name])

    def bring_back(self, unit: Unit, placement: Placement) -> None:
        """One whose seat was taken out has it again, with a fresh process. Raises StartFailed."""
        self._staff.renew(self._staff.seat_for(unit, placement))

    def release(self, seat: Seat, *, moves: bool = False) -> None:
        """Takes a seat out: its process drains, and nobody follows, but (when it `moves`) on another host."""
        seat.moves = moves
        seat.leaving, seat.state, seat.restart_at_ns = True, "stopped", 0
        self._end_understudy(seat)
        self._end_successor(seat)
        if seat.current is not None:
            seat.current.leave_by_ns = now_ns() + int(DRAIN_S * SECOND)
        self._staff.refuse_all(seat, Gone(f"{seat.name} was taken out of the call", "see: avatar status"))

    def _end_understudy(self, seat: Seat) -> None:
        if seat.understudy is not None:
            seat.epoch = max(seat.epoch, seat.understudy.child.epoch)
            if not seat.understudy.failed:
                self._end(seat, seat.understudy.child)
            seat.understudy = None

    def _end_successor(self, seat: Seat) -> None:
        if seat.successor is not None:
            self._end(seat, seat.successor)
            seat.successor = None

    def _end(self, seat: Seat, child: Child) -> None:
        """At once; an attendant may first end its server, with all that that has started."""
        if seat.is_service:
            self._staff.ask_to_end(child)
        else:
            child.kill()
        seat.retired.append(child)
