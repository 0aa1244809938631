"""Greeting of an actor: each topic in the lane it belongs to."""

from __future__ import annotations

from bus.actor import Actor
from bus.emit import Emit
from bus.greeting import hello_of
from bus.messages import Cut, Level, Sentence, Token, TurnState


class Everything(Actor):
    """One of each lane."""

    name = "everything"

    async def on_token(self, token: Token, emit: Emit[Sentence | TurnState]) -> None: ...

    async def on_level(self, level: Level) -> None: ...

    async def on_cut(self, cut: Cut) -> None: ...


def test_each_topic_is_told_in_its_lane() -> None:
    hello = hello_of(Everything(), 3, 42)
    assert (hello.name, hello.epoch, hello.pid, hello.kind, hello.active) == ("everything", 3, 42, "actor", False)
    replica = hello_of(Everything(), 3, 42, "everything#1")
    assert (replica.name, replica.group, hello.group) == ("everything#1", "everything", "everything")
    assert hello.takes == ("llm.token",)
    assert hello.watches == ("vad.level",)
    assert hello.hears == ("turn-manager.cut",)
    assert set(hello.gives) == {"chunker.sentence", "turn-manager.state"}
    assert hello.states == ("turn-manager.state",)
