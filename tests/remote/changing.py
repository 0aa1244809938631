"""Changing of plans in scenes: a call of processes that are none, and plans it is given."""

from __future__ import annotations

import msgspec
import pytest

from bus.errors import Broken
from remote import changeover, understudies
from remote.applied import Applied
from remote.changeover import ChangeOver
from remote.understudies import RESERVED
from tests.remote.doubles import Troupe
from topology.plan import Placement, Plan

NEXT = 1 + RESERVED
"""Epoch of the first understudy of a seat whose process is the first one."""
VOICE = {"voice": "deep"}


class Scene(Troupe):
    """A call that is given other plans."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, voices: int = 1) -> None:
        super().__init__(monkeypatch, voices=voices)
        for module in (changeover, understudies):
            monkeypatch.setattr(module, "now_ns", self.clock.now_ns)
        self.up()
        self.told.clear()
        self.kept: list[Plan] = []
        self.unkept = ""
        """Why plans cannot be written."""
        self.over: ChangeOver | None = None

    def edited(self, actor: str, **fields: object) -> Plan:
        placement = msgspec.structs.replace(
            self.plan.actors.get(actor, Placement(actor=actor, engine="fake")), **fields
        )
        return msgspec.structs.replace(self.plan, actors={**self.plan.actors, actor: placement})

    def without(self, actor: str) -> Plan:
        return msgspec.structs.replace(self.plan, actors={n: p for n, p in self.plan.actors.items() if n != actor})

    def change(self, plan: Plan) -> Applied:
        self.over = ChangeOver(self.staff, self.plan, plan, self._keep)
        return self.goes_on()

    def goes_on(self, ms: float = 0) -> Applied:
        """So much later."""
        assert self.over
        for _ in range(3):
            self.later(ms / 3)
            self.over.step()
        return self.over.applied

    def _keep(self, plan: Plan) -> None:
        if self.unkept:
            raise Broken(self.unkept, "free some disk")
        self.kept.append(plan)

    def states(self) -> dict[str, str]:
        return {name: seat.state for name, seat in self.staff.seats.items()}
