"""Causes: what is sent later still answers the message that it came from."""

from __future__ import annotations

import asyncio

from actors.causes import MOST, Causes
from bus.emit import Emit
from bus.envelope import Header
from bus.messages import SoundSlice
from bus.messages.message import Message


class Outlet:
    """Writes down which message each one answers."""

    def __init__(self) -> None:
        self.parents: list[tuple[int, int]] = []

    async def send(
        self, message: Message, cause: Header, index: int, turn: int | None, gen: int | None, t0: int | None
    ) -> None:
        self.parents.append((cause.id, index))


def header(message_id: int, turn: int) -> Header:
    return Header(v=1, id=message_id, source="tts", epoch=1, seq=1, t0=0, t=0, host="here", turn=turn, gen=1)


def test_everything_of_a_reply_answers_its_first_message_and_has_an_id_of_its_own() -> None:
    outlet, causes = Outlet(), Causes[SoundSlice]()
    for message_id, turn in ((11, 1), (12, 1), (21, 2)):
        causes.remember(Emit(outlet, header(message_id, turn)))

    async def scene() -> None:
        for turn in (1, 1, 2, 3):
            await causes.send(SoundSlice(position=0, at_ns=0), turn, 1)

    asyncio.run(scene())
    assert outlet.parents == [(11, 0), (11, 1), (21, 0)]


def test_old_replies_are_forgotten() -> None:
    outlet, causes = Outlet(), Causes[SoundSlice]()
    for turn in range(MOST + 1):
        causes.remember(Emit(outlet, header(turn + 1, turn)))

    async def scene() -> None:
        await causes.send(SoundSlice(position=0, at_ns=0), 0, 1)
        await causes.send(SoundSlice(position=0, at_ns=0), MOST, 1)

    asyncio.run(scene())
    assert outlet.parents == [(MOST + 1, 0)]


def test_what_the_reply_waited_for_is_its_cause_until_something_was_sent() -> None:
    outlet, causes = Outlet(), Causes[SoundSlice]()

    async def scene() -> None:
        causes.prefer(Emit(outlet, header(10, 1)))  # nothing of this reply is known yet
        causes.remember(Emit(outlet, header(11, 1)))
        causes.prefer(Emit(outlet, header(12, 1)))
        await causes.send(SoundSlice(position=0, at_ns=0), 1, 1)
        causes.prefer(Emit(outlet, header(13, 1)))
        await causes.send(SoundSlice(position=0, at_ns=0), 1, 1)

    asyncio.run(scene())
    assert outlet.parents == [(12, 0), (12, 1)]
