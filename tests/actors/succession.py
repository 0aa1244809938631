"""Succession for scenes: one life of an actor dies, the next gets what the first had not finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from bus.actor import Actor
from bus.messages import Lane, Message
from bus.rehearsal import Rehearsal, Sent


@dataclass(frozen=True, slots=True)
class Death:
    """Where a life ends: while it handles letter number `at` (it was not handled at all: 0 of its `words` were sent)."""

    at: int
    words: int
    unread: int
    """Receipts that did not reach the hub any more."""


def deaths(letters: int) -> st.SearchStrategy[Death]:
    """Any death of an actor that gets so many letters."""
    return st.builds(Death, st.integers(0, letters - 1), st.integers(0, 4), st.integers(0, 3))


async def life(make: Callable[[], Actor], letters: Sequence[Message]) -> list[Sent]:
    """What an actor sends that nothing happens to."""
    async with Rehearsal(make()) as stage:
        await stage.send(*letters, first_id=1)
        return list(stage.sent)


async def two_lives(make: Callable[[], Actor], letters: Sequence[Message], death: Death) -> list[Sent]:
    """What the two lives send, without what the hub knows already."""
    async with Rehearsal(make()) as stage:
        finished = 0
        for number, letter in enumerate(letters[: death.at + 1], 1):
            before = len(stage.sent)
            finished = next((i for i in range(finished, number - 1) if stage.actor.unit.holds(i + 1)), number - 1)
            await stage.send(letter, first_id=number)
        sent = list(stage.sent[: before + death.words])
    successor = make()
    states = {type(s.message): s.message for s in sent if s.message.spec.lane is Lane.STATE}
    for state in states.values():
        await successor.restore(state)
    finished = max(0, finished - death.unread)
    async with Rehearsal(successor) as stage:
        await stage.send(*letters[finished:], first_id=finished + 1)
        sent += stage.sent
    return list({(s.message.spec.topic, s.id): s for s in reversed(sent)}.values())[::-1]
