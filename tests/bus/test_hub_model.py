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
choices = st.lists(st.integers(0, 20), min_size=1, max_size=40)
share = st.sampled_from([0.0, 0.3, 0.6, 1.0])


class HubModel(RuleBasedStateMachine):
    """Everything that may happen, in any order."""

    world: SmallCall | None = None

    @initialize()
    def begin(self) -> None:
        self.world = SmallCall()

    def one(self, index: int, *groups: str) -> Life | None:
        """A process of these actors."""
        assert self.world
        lives = [life for life in self.world.lives if not groups or life.group in groups]
        return lives[index % len(lives)] if lives else None

    @rule(choices=choices)
    def flow(self, choices: list[int]) -> None:
        assert self.world
        self.world.flow(choices)

    @rule(choices=choices)
    def flow_on(self, choices: list[int]) -> None:
        """Likelier so than any mishap."""
        self.flow(choices)

    @rule(
        who=some,
        kind=st.sampled_from([Seed, Seed, Fact, Fact, Fad]),
        behind=st.sampled_from([0, 0, 0, 1]),
        count=st.integers(1, 4),
    )
    def produce(self, who: int, kind: type[Seed | Fact | Fad], behind: int, count: int) -> None:
        life = self.one(who, "p", "q")
        for _ in range(count):
            if life and self.world:
                self.world.produce(life, kind, behind)

    @rule(who=some, got_through=share)
    def crash(self, who: int, got_through: float) -> None:
        life = self.one(who)
        if life and self.world:
            self.world.crash(life, got_through)

    @rule(name=st.sampled_from(["s", "w", "p", "boss"]))
    def replace(self, name: str) -> None:
        assert self.world
        self.world.spawn(name)

    @rule()
    def add_a_replica(self) -> None:
        assert self.world
        self.world.spawn("w#1")

    @precondition(lambda self: self.world and self.world.hub)
    @rule(lost=share)
    def crash_the_hub(self, lost: float) -> None:
        assert self.world
        self.world.crash_hub(lost)

    @precondition(lambda self: self.world and not self.world.hub)
    @rule()
    def start_a_hub(self) -> None:
        assert self.world
        self.world.start_hub()

    @rule()
    def cut(self) -> None:
        life = self.one(0, "boss")
        if life and self.world:
            self.world.cut(life)

    @rule(who=some)
    def take_a_slow_one_for_dead(self, who: int) -> None:
        life = self.one(who, "w", "p", "q")
        if life and self.world and life not in self.world.zombies:
            self.world.declare_dead(life)

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

    @rule()
    def give_up(self) -> None:
        assert self.world
        self.world.give_up()

    @rule(ms=st.sampled_from([10, 250, 900]))
    def tick(self, ms: int) -> None:
        assert self.world
        self.world.tick(ms)

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
    max_examples=EXAMPLES or 400,
    stateful_step_count=30,
    deadline=None,
    derandomize=not EXAMPLES,
    suppress_health_check=list(HealthCheck),
)
