"""Changes of a running call's plan: one at a time, each known by the number that its asker gave it.

Whoever asks again with that number hears how far it is: a question or an answer may go down with a hub.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from bus.client import Question
from bus.clock import now_ns
from bus.errors import AvatarError, Broken, Wrong
from remote.applied import Applied, steps_of
from remote.changeover import ChangeOver
from remote.far.place import HERE, Place
from remote.far.relocation import Relocation
from remote.finish import record_folders
from remote.staff import Staff
from remote.wish import Wish
from topology.change import change
from topology.choice import settle
from topology.plan import Plan
from topology.vetting import vet


class Changes:
    """The plan that a session goes by, and its way to the next one. `keep` writes it down; raises Broken."""

    def __init__(self, staff: Staff, plan: Plan, keep: Callable[[Plan], None], place: Place = HERE) -> None:
        self.plan = plan
        self.folders = set(record_folders(plan))
        """All that were recorded into."""
        self.abroad: Abroad = Nowhere()
        self._staff = staff
        self._write = keep
        self._place = place
        self._over: ChangeOver | Relocation | None = None
        self._number = 0

    def wished(self, wish: Wish) -> Applied:
        """How far this wish is; begins with it when it is new."""
        if self._over is not None and wish.number == self._number:
            if isinstance(self._over, ChangeOver) and not self._place.is_first:
                self._obey(self._over, wish)
            return self._over.applied
        try:
            return self._begin(wish)
        except AvatarError as error:
            return Applied("refused", (), error.what, error.todo, error.exit_code)

    def step(self) -> None:
        """Goes on when it can. Raises StartFailed."""
        if isinstance(self._over, Relocation):
            self._over.step(now_ns())
        elif self._over is not None:
            self._over.step()

    def _begin(self, wish: Wish) -> Applied:
        _same_call(self.plan, wish.plan)
        plan = settle(wish.plan, self._place.host, before=self.plan)
        if self._place.is_first:
            vet(plan)
        asked = steps_of(change(self.plan, plan), self.plan, plan, {})
        if wish.dry_run:
            return Applied("done", asked)
        if not self._staff.all_up and not self._place.is_first and not wish.cancelled:
            return Applied("loading")  # it has only just joined, and is asked again
        if not self._staff.all_up:
            raise Broken("the call is still starting", "try again when it is up")
        if wish.cancelled:  # told to one that never began with it
            wish = msgspec.structs.replace(wish, gate="return")
        if self._over is not None and not self._over.applied.over:
            if isinstance(self._over, ChangeOver) and not self._place.is_first:  # who led that one has died
                self._obey(self._over, msgspec.structs.replace(wish, gate="return", cancelled=True))
                return Applied("serving")
            return Applied("busy", (), "another plan is being applied", "try again when that is done")
        wish = msgspec.structs.replace(wish, plan=plan)
        if self._place.is_first and (self.abroad.hosts or len(plan.used_hosts) > 1):
            self._over, self._number = self._relocation(wish), wish.number
        else:
            self._over, self._number = self._change_over(wish), wish.number
        return self._over.applied

    def _relocation(self, wish: Wish) -> Relocation:
        for host in wish.plan.used_hosts[1:]:
            self.abroad.join(host, wish.plan)
        here = {seat.name: seat.epoch for seat in self._staff.seats.values()}
        wish = msgspec.structs.replace(wish, epochs={**self._staff.epochs, **self.abroad.epochs(), **here})
        return Relocation(wish, self.plan, self.abroad.hosts, self.abroad.wish, self._change_over)

    def _change_over(self, wish: Wish) -> ChangeOver:
        for name, epoch in wish.epochs.items():
            if name not in self._staff.seats:
                self._staff.epochs[name] = max(epoch, self._staff.epochs.get(name, 0))
        return ChangeOver(self._staff, self.plan, wish.plan, self._keep, self._place, wish.gate)

    def _obey(self, over: ChangeOver, wish: Wish) -> None:
        """The host agent that leads has heard from all hosts."""
        if wish.cancelled:
            over.cancel(Broken("another host cannot", "see: avatar status"))
        over.open(wish.gate)

    def _keep(self, plan: Plan) -> None:
        self._write(plan)
        self.plan = plan
        self.folders.update(record_folders(plan))


def _same_call(now: Plan, then: Plan) -> None:
    """Raises Wrong for the plan of another call."""
    if then.session.name != now.session.name:
        raise Wrong(
            f"{then.file} is the plan of another call: its session is {then.session.name!r}, this one is {now.session.name!r}",
            f"start it with `avatar up`; or give it the name {now.session.name!r}, which a running call keeps",
        )


class Abroad(Protocol):
    """The other hosts, for a change of plan."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Those that take part."""

    def join(self, host: str, plan: Plan) -> None:
        """One more takes part from now on, if it does not yet."""

    def epochs(self) -> dict[str, int]:
        """The last of the processes there, with room for those that are not known here."""

    def wish(self, host: str, wish: Wish) -> Question[Applied]:
        """Puts a wish to the host agent there."""


class Nowhere:
    """There are none."""

    hosts: tuple[str, ...] = ()

    def join(self, host: str, plan: Plan) -> None:
        raise Broken(f"{host} cannot join", "end the call with `avatar down`, and start it anew")

    def epochs(self) -> dict[str, int]:
        return {}

    def wish(self, host: str, wish: Wish) -> Question[Applied]:
        raise Broken(f"{host} is not in this call")
