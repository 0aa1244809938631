"""Changes of a running call's plan: one at a time, each known by the number that its asker gave it.

Whoever asks again with that number hears how far it is: a question or an answer may go down with a hub.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bus.errors import AvatarError, Broken, Wrong
from remote.applied import Applied, steps_of
from remote.changeover import ChangeOver
from remote.finish import record_folders
from remote.staff import Staff
from topology.change import change
from topology.choice import settle
from topology.plan import LOCAL, Plan
from topology.vetting import vet


class Wish(msgspec.Struct, frozen=True):
    """Arguments of the host agent's verb "apply"."""

    number: int
    """Any that no other wish has, such as the time."""
    plan: Plan
    dry_run: bool = False


class Changes:
    """The plan that a session goes by, and its way to the next one. `keep` writes it down; raises Broken."""

    def __init__(self, staff: Staff, plan: Plan, keep: Callable[[Plan], None]) -> None:
        self.plan = plan
        self.folders = set(record_folders(plan))
        """All that were recorded into."""
        self._staff = staff
        self._write = keep
        self._over: ChangeOver | None = None
        self._number = 0

    def wished(self, wish: Wish) -> Applied:
        """How far this wish is; begins with it when it is new."""
        if self._over is not None and wish.number == self._number:
            return self._over.applied
        try:
            return self._begin(wish)
        except AvatarError as error:
            return Applied("refused", (), error.what, error.todo, error.exit_code)

    def step(self) -> None:
        """Goes on when it can. Raises StartFailed."""
        if self._over is not None:
            self._over.step()

    def _begin(self, wish: Wish) -> Applied:
        plan = settle(wish.plan, LOCAL, before=self.plan)
        vet(plan)
        _expect_here(self.plan, plan)
        asked = steps_of(change(self.plan, plan), self.plan, plan, {})
        if wish.dry_run:
            return Applied("done", asked)
        if not self._staff.all_up:
            raise Broken("the call is still starting", "try again when it is up")
        if self._over is not None and not self._over.applied.over:
            return Applied("busy", (), "another plan is being applied", "try again when that is done")
        self._over, self._number = ChangeOver(self._staff, self.plan, plan, self._keep), wish.number
        return self._over.applied

    def _keep(self, plan: Plan) -> None:
        self._write(plan)
        self.plan = plan
        self.folders.update(record_folders(plan))


def _expect_here(old: Plan, new: Plan) -> None:
    """Raises Wrong when anything changes on another host."""
    what = change(old, new)
    units = (*(each.unit for each in what.replaces), *what.starts, *what.stops)
    for name in {unit.actor for unit in units}:
        if any(name in plan.actors and plan.actors[name].host != LOCAL for plan in (old, new)):
            raise Wrong(
                f"{name} is not on this machine before and after: that cannot be changed in a running call yet",
                "end the call with `avatar down`, and start it anew",
            )
