"""Model of the hub: no interleaving of crash, restart, hand-over, reorder and barge-in loses, repeats or reorders an item.

The hub, its log, roster and reception, the links with their outboxes, arrivals and receipts are the real ones; only the
wires are not (tests/bus/wires.py). What is checked stands in tests/bus/audit.py.

It takes 15 s and tries the same runs every time. To look further, for as long as you like:
AVATAR_MODEL_EXAMPLES=20000 python -m pytest tests/bus/test_hub_model.py
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.bus.lives import Fact, Fad, Life, Seed
from tests.bus.small_call import CREDIT, ROOM, SmallCall

EXAMPLES = int(os.environ.get("AVATAR_MODEL_EXAMPLES", "0"))
some = st.integers(0, 9)
chance = st.integers(0, 2**32 - 1)
"""Decides which of the many things that could happen next does."""


class HubModel(RuleBasedStateMachine):
    """Everything that may happen, in any order. Rules that only keep the call going are there several times: likelier."""

    world: SmallCall | None = None

    @initialize()
    def begin(self) -> None:
        self.world = SmallCall()

    @property
    def call(self) -> SmallCall:
        assert self.world
        return self.world

    def one(self, index: int, *groups: str) -> Life | None:
        """A process of these actors."""
        lives = [life for life in self.call.lives if not groups or life.group in groups]
        return lives[index % len(lives)] if lives else None

    @rule(by=chance, steps=st.integers(1, 25))
    def flow(self, by: int, steps: int) -> None:
        self.call.flow(by, steps)

    @rule(by=chance, steps=st.integers(1, 25))
    def flow_on(self, by: int, steps: int) -> None:
        self.call.flow(by, steps)

    @rule(by=chance)
    def flow_far(self, by: int) -> None:
        self.call.flow(by, 60)

    @rule(who=some, kinds=st.lists(st.sampled_from([Seed, Fact, Fad]), min_size=1, max_size=4), behind=some, by=chance)
    def produce(self, who: int, kinds: list[type[Seed | Fact | Fad]], behind: int, by: int) -> None:
        life = self.one(who, "p", "q")
        for kind in kinds if life else ():
            assert life
            self.call.produce(life, kind, int(behind == 9))
        self.call.flow(by, 4)

    @rule(who=some, kind=st.sampled_from([Seed, Fact]), by=chance)
    def produce_more(self, who: int, kind: type[Seed | Fact], by: int) -> None:
        self.produce(who, [kind, kind, kind], 0, by)

    @rule(who=some, by=chance)
    def crash(self, who: int, by: int) -> None:
        life = self.one(who)
        if life:
            self.call.crash(life, by)
        self.call.flow(by, 8)

    @rule(name=st.sampled_from(["s", "w", "p", "boss", "w#1"]), by=chance)
    def replace(self, name: str, by: int) -> None:
        self.call.spawn(name)
        self.call.flow(by, 8)

    @rule(by=chance, more=st.integers(0, 3))
    def crash_in_the_middle_of_work(self, by: int, more: int) -> None:
        """A worker, with answers and receipts on their way."""
        for step in range(40):
            self.call.flow(by + step, 1)
            busy = [life for life in self.call.lives if life.group == "w" and life.link.unsettled]
            if busy:
                self.call.flow(by, more)
                busy = [life for life in busy if life in self.call.lives]
            if busy:
                self.call.crash(busy[0], by)
                return

    @rule(who=some, by=chance)
    def cut_while_one_crashes(self, who: int, by: int) -> None:
        self.cut(by)
        life = self.one(who, "w", "s")
        if life:
            self.call.crash(life, by)

    @rule(who=some, by=chance)
    def crash_the_hub_while_another_ends(self, who: int, by: int) -> None:
        if self.call.hub:
            self.call.crash_hub(by)
        self.call.flow(by, 4)
        life = self.one(who)
        if life:
            self.call.crash(life, by)
        self.crash_or_start_the_hub(by)

    @rule(by=chance)
    def crash_or_start_the_hub(self, by: int) -> None:
        if self.call.hub:
            self.call.crash_hub(by)
        else:
            self.call.start_hub()
        self.call.flow(by, 8)

    @rule(by=chance)
    def cut(self, by: int) -> None:
        life = self.one(0, "boss")
        if life:
            self.call.cut(life)
        self.call.flow(by, 4)

    @rule(who=some, by=chance)
    def take_a_slow_one_for_dead(self, who: int, by: int) -> None:
        life = self.one(who, "w", "p", "q")
        if life and life not in self.call.zombies:
            self.call.declare_dead(life)
        self.call.flow(by, 8)

    @rule(who=some)
    def hold(self, who: int) -> None:
        life = self.one(who, "w", "s")
        if life:
            life.holds_next = True

    @rule(who=some)
    def finish_the_unit(self, who: int) -> None:
        life = self.one(who, "w", "s")
        if life:
            life.unit.finish()

    @precondition(lambda self: self.gives_up)
    @rule(by=chance)
    def give_up(self, by: int) -> None:
        self.call.give_up()
        self.call.flow(by, 8)

    @initialize(may=some)
    def decide(self, may: int) -> None:
        self.gives_up = may == 9

    gives_up = False

    @rule(ms=st.sampled_from([10, 250, 900]))
    def tick(self, ms: int) -> None:
        self.call.tick(ms)

    @invariant()
    def nobody_gets_more_than_its_credit(self) -> None:
        if self.world and self.world.hub:
            for group in self.world.hub.log.groups.values():
                assert all(len(member.flying) <= CREDIT for member in group.members.values())
        for life in self.world.lives if self.world else ():
            assert life.link.unsettled <= ROOM

    def teardown(self) -> None:
        if self.world:
            try:
                self.world.finish()
            finally:
                self.world.close()


TestHubModel = HubModel.TestCase
TestHubModel.settings = settings(
    max_examples=EXAMPLES or 300,
    stateful_step_count=50,
    deadline=None,
    derandomize=not EXAMPLES,
    suppress_health_check=list(HealthCheck),
)
