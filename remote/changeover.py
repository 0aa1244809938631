"""Change-over of a running call from one plan to another: all of it, or nothing.

loading    what is new loads in standby, nothing has changed yet   one fails: all of them are killed -> refused
parting    all had loaded, everywhere; who moves to another host drains here and goes
taking     all have loaded; they take over, consumers first         one cannot -> returning
leaving    all run; what the new plan does not have drains and goes                                  -> done
returning  what took over makes way for the old plan again                                           -> refused
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from bus.clock import SECOND, now_ns
from bus.errors import AvatarError, Broken
from remote.applied import Applied, Gate, Phase, kept_session, steps_of
from remote.far.place import HERE, Place
from remote.reason import StartFailed
from remote.staff import Staff
from remote.understudies import Understudies
from topology.change import change, units_of
from topology.plan import Plan

_log = logging.getLogger(__name__)

TAKE_S = 40.0
"""How long all may take to open their devices; those before them drain meanwhile, and may take 12 s (remote/staff.py)."""


class ChangeOver:
    """One change of plan. `keep` makes a plan the one that the session goes by; it raises Broken when it cannot."""

    gate: Gate = "take"
    """How far it may go by itself: in a call on several hosts all load, then all part, then all take."""

    def __init__(
        self,
        staff: Staff,
        old: Plan,
        wished: Plan,
        keep: Callable[[Plan], None],
        place: Place = HERE,
        gate: Gate = "take",
    ) -> None:
        """Starts what is new on this host, into standby."""
        self._place = place
        self.gate = gate
        self._staff = staff
        self._old, self._wished = old, wished
        self._new = new = msgspec.structs.replace(wished, session=kept_session(old.session, wished.session))
        self._keep = keep
        self._here = units_of(new.seen_from(place.host))
        self._change = change(old.seen_from(place.host), new.seen_from(place.host))
        self._movers = {str(u) for u in self._change.stops if u in units_of(new)}
        """Those who go on on another host."""
        self._understudies = Understudies(staff)
        self._waited_for: set[str] = set()
        """Those who have still to take over, to go, or to come back."""
        self._taking_ns = 0
        self._took_s: dict[str, float] = {}
        self._began_ns = now_ns()
        self._error: AvatarError | None = None
        self._phase: Phase = "loading"
        self._comers = [*(each.unit for each in self._change.replaces), *self._change.starts]
        try:
            for unit in self._comers:
                self._understudies.prepare(unit, new.actors[unit.actor])
        except Broken as error:
            self._refuse(error)
        _log.info("changing the plan replaced=%d started=%d stopped=%d", *map(len, self._counts()))

    @property
    def applied(self) -> Applied:
        """How far it is."""
        if self._error is not None:
            return Applied(self._phase, (), self._error.what, self._error.todo, self._error.exit_code)
        return Applied(self._phase, steps_of(self._change, self._old, self._wished, self._took_s))

    def open(self, gate: Gate) -> None:
        """It may go so far now."""
        self.gate = gate
        if self._phase == "loaded" and gate != "load":
            self._phase = "loading"
        elif self._phase == "parted" and gate == "take":
            self._phase = "parting"

    def cancel(self, error: AvatarError) -> None:
        """Another host cannot: what has loaded here goes."""
        if self._phase in ("loading", "loaded"):
            self._refuse(error)

    def step(self) -> None:
        """Goes on when it can. Raises StartFailed."""
        match self._phase:
            case "loading":
                self._load()
            case "parting":
                self._part()
            case "taking":
                self._take()
            case "leaving":
                self._leave()
            case "returning":
                self._return()
            case _:
                pass

    # --- phases ---------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        if failed := self._understudies.failed:
            self._refuse(_named(*failed))
        elif self._understudies.all_ready and self.gate == "load":
            self._phase = "loaded"
        elif self._understudies.all_ready:
            try:
                self._keep(self._new)
            except Broken as error:
                self._refuse(error)
            else:
                self._phase = "parting"
                for name in self._movers:
                    self._waited_for.add(name)
                    self._understudies.release(self._staff.seats[name], moves=True)
                self._part()

    def _part(self) -> None:
        for name in self._waited_for - self._staff.seats.keys():
            self._done(name)
        if self._waited_for:
            return
        if self.gate == "take":
            self._hand_over()
        else:
            self._phase = "parted"

    def _hand_over(self) -> None:
        """From here on it is the new plan that runs."""
        self._obey(self._new)
        order = self._here
        self._staff.arrange(order)
        self._phase, self._taking_ns = "taking", now_ns()
        for unit in reversed(order):
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
            self._phase = "leaving"
            for unit in (u for u in self._change.stops if str(u) not in self._movers):
                self._waited_for.add(str(unit))
                self._understudies.release(self._staff.seats[str(unit)])
        elif now_ns() - self._taking_ns > TAKE_S * SECOND:
            late = ", ".join(sorted(self._waited_for))
            self._turn_back(Broken(f"{late} did not take over within {TAKE_S:g} s", f"see: avatar logs {late}"))

    def _leave(self) -> None:
        for name in self._waited_for - self._staff.seats.keys():
            self._done(name)
        if not self._waited_for:
            self._phase = "done"
            _log.info("the plan has changed")

    def _turn_back(self, error: AvatarError) -> None:
        """One cannot take its device, its port or its file: that is known only when the one before has left it."""
        _log.error("turning back to the plan before: %s", error.what)
        self._error, self._phase = error, "returning"
        try:
            self._keep(self._old)
        except Broken as trouble:
            _log.error("the plan before could not be written: %s", trouble.what)
        self._obey(self._old)
        self._waited_for = set(map(str, self._comers))
        for unit in reversed(self._comers):
            self._understudies.put_back(str(unit))

    def _return(self) -> None:
        seats = (self._staff.seats.get(name) for name in self._waited_for)
        if all(seat is None or seat.state in ("running", "given up") for seat in seats):
            self._phase = "refused"
            self._staff.arrange(units_of(self._old.seen_from(self._place.host)))

    # --- parts ----------------------------------------------------------------------------------------------------

    def _refuse(self, error: AvatarError) -> None:
        _log.error("the new plan is refused: %s", error.what)
        self._understudies.dismiss()
        self._error, self._phase = error, "refused"

    def _obey(self, plan: Plan) -> None:
        """From now on every seat goes by this plan, whatever its process was started by."""
        for seat in self._staff.seats.values():
            placement = plan.actors.get(seat.placement.actor)
            if placement is not None and placement.host == self._place.host:
                seat.placement = placement
                seat.policy.rules = placement.restart

    def _done(self, name: str) -> None:
        self._waited_for.discard(name)
        self._took_s[name] = round((now_ns() - self._began_ns) / SECOND, 2)

    def _counts(self) -> tuple[tuple[object, ...], ...]:
        return self._change.replaces, self._change.starts, self._change.stops


def _named(name: str, error: AvatarError) -> StartFailed:
    return StartFailed(f"{name}: {error.what}", error.todo, error.exit_code)
