"""Scenes of emit: what an answer inherits, and how answers are counted."""

from __future__ import annotations

import asyncio

from bus.emit import Emit
from bus.envelope import Header
from bus.messages import Message, Sentence, SentencesDone
from tests.bus.house import header


class Pad:
    """Outlet that writes down how it was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int, int, int | None, int | None, int | None]] = []

    async def send(
        self, message: Message, cause: Header, index: int, turn: int | None, gen: int | None, t0: int | None
    ) -> None:
        self.calls.append((message.topic(), cause.id, index, turn, gen, t0))


def test_answers_are_counted_by_topic_and_name_their_cause() -> None:
    pad = Pad()
    emit: Emit[Sentence | SentencesDone] = Emit(pad, header(number=9))

    async def scene() -> None:
        await emit(Sentence(index=0, text="a", language="en"))
        await emit(SentencesDone(sentences=1), turn=4, gen=5, t0=6)
        await emit(Sentence(index=1, text="b", language="en"))

    asyncio.run(scene())
    assert pad.calls == [
        ("chunker.sentence", 9, 0, None, None, None),
        ("chunker.done", 9, 0, 4, 5, 6),
        ("chunker.sentence", 9, 1, None, None, None),
    ]
