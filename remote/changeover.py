"""Change-over of a running call from one plan to another: all of it, or nothing.

serving    new servers get well, beside those of before; one whose port is wanted makes way    one fails -> receding
loading    what is new loads in standby, no actor has changed yet                               one fails -> receding
parting    all had loaded, everywhere; who moves to another host drains here and goes
taking     they take over, consumers first                                                      one cannot -> receding
leaving    all run; what the new plan does not have drains and goes, servers last               -> done
receding   what is new goes, where it is in the way of the old plan
returning  who had gone comes back, who took over makes way for the old plan again              -> refused

In a call on several hosts nobody goes on before all have come so far: loaded, parted, taken, receded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import get_args

import msgspec

from bus.clock import SECOND, now_ns
from bus.errors import AvatarError, Broken
from remote.applied import Applied, Gate, Phase, kept_session, steps_of
from remote.far.place import HERE, Place
from remote.reason import StartFailed
from remote.relief import Relief
from remote.staff import Staff
from remote.understudies import Understudies
from topology.change import Unit, change, units_of
from topology.plan import Plan

_log = logging.getLogger(__name__)

TAKE_S = 40.0
"""How long all may take to open their devices; those before them drain meanwhile, and may take 12 s (remote/staff.py)."""
GATES: tuple[Gate, ...] = get_args(Gate)
_WAITS: dict[Phase, tuple[Gate, Phase]] = {
    "loaded": ("part", "loading"),
    "parted": ("take", "parting"),
    "taken": ("leave", "taking"),
    "receded": ("return", "receding"),
}
"""Which gate each of these waits for, and what goes on then."""


class ChangeOver:
    """One change of plan. `keep` makes a plan the one that the session goes by; it raises Broken when it cannot. `gate`: how far
    it may go by itself."""

    def __init__(
        self,
        staff: Staff,
        old: Plan,
        wished: Plan,
        keep: Callable[[Plan], None],
        place: Place = HERE,
        gate: Gate = "return",
    ) -> None:
        """Starts what is new on this host, into standby."""
        self.gate: Gate = gate
        self._place = place
        self._staff = staff
        self._old, self._wished = old, wished
        self._new = msgspec.structs.replace(wished, session=kept_session(old.session, wished.session))
        self._keep = keep
        before, after = old.seen_from(place.host), self._new.seen_from(place.host)
        self._change = what = change(before, after)
        self._goers = [u for u in what.stops if u in units_of(self._new)]
        """Those who go on on another host."""
        self._guests = {str(u) for u in what.starts if u in units_of(old)}
        """Those who were on another host."""
        self._comers = [*(each.unit for each in what.replaces), *what.starts]
        self._understudies = Understudies(staff)
        self._relief = Relief(staff, self._understudies, what, before, after)
        self._waited_for: set[str] = set()
        """Those who have still to take over, to go, or to come back."""
        self._is_kept = False
        self._taking_ns = 0
        self._took_s: dict[str, float] = {}
        self._began_ns = now_ns()
        self._error: AvatarError | None = None
        self._phase: Phase = "serving"
        try:
            self._relief.clear()
            self._serve()
        except AvatarError as error:
            self._turn_back(error)
        _log.info("changing the plan replaced=%d started=%d stopped=%d", *map(len, self._counts()))

    @property
    def applied(self) -> Applied:
        """How far it is."""
        if self._error is not None:
            return Applied(self._phase, (), self._error.what, self._error.todo, self._error.exit_code)
        return Applied(self._phase, steps_of(self._change, self._old, self._wished, self._took_s))

    def open(self, gate: Gate) -> None:
        """It may go so far now."""
        if GATES.index(gate) > GATES.index(self.gate):
            self.gate = gate

    def cancel(self, error: AvatarError) -> None:
        """Another host cannot: everything is to be as it was. One that was to go on without a word does so."""
        if self._error is None and not self._opened("leave"):
            self._turn_back(error)

    def step(self) -> None:
        """Goes on when it can. Raises StartFailed."""
        if self._phase in _WAITS:
            gate, phase = _WAITS[self._phase]
            self._phase = phase if self._opened(gate) else self._phase
        match self._phase:
            case "serving" | "loading":
                self._prepare()
            case "parting":
                self._part()
            case "taking":
                self._take()
            case "leaving":
                self._leave()
            case "receding":
                self._recede()
            case "returning":
                self._return()
            case _:
                pass

    # --- phases ---------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Servers, then actors, get ready."""
        try:
            if failed := self._understudies.failed:
                raise _named(*failed)
            if self._phase == "serving":
                self._serve()
            elif self._understudies.all_ready:
                self._load()
        except (Broken, StartFailed) as error:
            self._turn_back(error)

    def _serve(self) -> None:
        if self._relief.ready:
            self._phase = "loading"
            for unit in self._comers:
                self._understudies.prepare(unit, self._new.actors[unit.actor])

    def _load(self) -> None:
        if not self._opened("part"):
            self._phase = "loaded"
            return
        self._keep(self._new)
        self._is_kept, self._phase = True, "parting"
        for unit in self._goers:
            self._waited_for.add(str(unit))
            self._understudies.release(self._staff.seats[str(unit)], moves=True)
        self._part()

    def _part(self) -> None:
        if self._all_gone():
            if self._opened("take"):
                self._hand_over()
            else:
                self._phase = "parted"

    def _hand_over(self) -> None:
        """From here on it is the new plan that runs."""
        self._obey(self._new)
        self._arrange(self._new)
        self._phase, self._taking_ns = "taking", now_ns()
        self._waited_for.update(self._relief.take_over())
        for unit in reversed(units_of(self._new.seen_from(self._place.host))):
            if unit in self._comers:
                self._waited_for.add(str(unit))
                self._understudies.promote(str(unit))

    def _take(self) -> None:
        for name in list(self._waited_for):
            seat = self._staff.seats[name]
            if seat.state == "running":
                self._done(name)
            elif seat.state == "given up":
                self._turn_back(_named(name, Broken(seat.error, f"see: avatar logs {name}")))
                return
        if not self._waited_for:
            self._dismiss()
        elif now_ns() - self._taking_ns > TAKE_S * SECOND:
            late = ", ".join(sorted(self._waited_for))
            self._turn_back(Broken(f"{late} did not take over within {TAKE_S:g} s", f"see: avatar logs {late}"))

    def _dismiss(self) -> None:
        """From here on there is no way back."""
        if not self._opened("leave"):
            self._phase = "taken"
            return
        self._phase = "leaving"
        for unit in (u for u in self._change.stops if u not in self._goers):
            self._waited_for.add(str(unit))
            self._understudies.release(self._staff.seats[str(unit)])
        self._leave()

    def _leave(self) -> None:
        if not self._relief.over:
            if self._all_gone():
                self._waited_for.update(self._relief.follow())
            return
        for name in [name for name in self._waited_for if self._has_settled(name)]:
            self._done(name)
        if not self._waited_for:
            self._phase = "done"
            _log.info("the plan has changed")

    def _turn_back(self, error: AvatarError) -> None:
        """One cannot load; or it cannot take its device, its port or its file: that is known only when the one before has left."""
        _log.error("turning back to the plan before: %s", error.what)
        self._error, self._phase = error, "receding"
        if self._is_kept:
            try:
                self._keep(self._old)
            except Broken as trouble:
                _log.error("the plan before could not be written: %s", trouble.what)
        self._obey(self._old)
        self._understudies.recede(self._guests)
        gone = {str(unit) for unit in self._goers} if self._is_kept else set()
        guests = self._guests if self._taking_ns else set()
        self._waited_for = self._relief.in_the_way | gone | guests
        self._recede()

    def _recede(self) -> None:
        if self._waited_for & self._staff.seats.keys():
            return
        if not self._opened("return"):
            self._phase = "receded"
            return
        self._phase = "returning"
        self._waited_for = {str(unit) for unit in self._comers} if self._taking_ns else set()
        self._waited_for.update(self._relief.bring_back())
        for unit in self._goers if self._is_kept else ():
            self._waited_for.add(str(unit))
            self._understudies.bring_back(unit, self._old.actors[unit.actor])
        self._understudies.put_back()
        self._return()

    def _return(self) -> None:
        if all(map(self._has_settled, self._waited_for)):
            self._phase = "refused"
            self._arrange(self._old)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _opened(self, gate: Gate) -> bool:
        return GATES.index(self.gate) >= GATES.index(gate)

    def _obey(self, plan: Plan) -> None:
        """From now on every seat goes by this plan, whatever its process was started by."""
        placements = {placement.actor: placement for placement in plan.seats_on(self._place.host)}
        for seat in self._staff.seats.values():
            if placement := placements.get(seat.placement.actor):
                seat.placement = placement
                seat.policy.rules = placement.restart

    def _arrange(self, plan: Plan) -> None:
        here = plan.seen_from(self._place.host)
        self._staff.arrange((*map(Unit, here.services), *units_of(here)))

    def _all_gone(self) -> bool:
        for name in self._waited_for - self._staff.seats.keys():
            self._done(name)
        return not self._waited_for

    def _has_settled(self, name: str) -> bool:
        """Whether nothing more is to be waited for there."""
        seat = self._staff.seats.get(name)
        return seat is None or seat.state in ("running", "given up")

    def _done(self, name: str) -> None:
        self._waited_for.discard(name)
        self._took_s[name] = round((now_ns() - self._began_ns) / SECOND, 2)

    def _counts(self) -> Iterable[tuple[object, ...]]:
        return self._change.replaces, self._change.starts, self._change.stops


def _named(name: str, error: AvatarError) -> StartFailed:
    return StartFailed(f"{name}: {error.what}", error.todo, error.exit_code)
