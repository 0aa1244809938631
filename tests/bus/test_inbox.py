"""Scenes of the inbox: filled by one thread, emptied by an event loop."""

from __future__ import annotations

import asyncio
import threading

from bus.arrivals import Delivery
from bus.inbox import Inbox
from bus.messages import Level, Message, SoundClock, TurnState
from tests.bus.house import header


def delivery(message: Message) -> Delivery:
    return Delivery(header(), message, 0)


def level(number: int) -> Delivery:
    return delivery(Level(dbfs=float(number), speech=0.0))


def taken(inbox: Inbox) -> list[Message]:
    found = []
    while one := inbox.next_latest():
        assert one.message is not None
        found.append(one.message)
    return found


def test_the_oldest_of_a_latest_topic_is_dropped_and_counted() -> None:
    async def scene() -> None:
        inbox = Inbox(asyncio.get_running_loop())
        for number in range(Level.spec.keep + 2):
            inbox.latest(level(number))
        assert [m.dbfs for m in taken(inbox) if isinstance(m, Level)] == [2.0, 3.0, 4.0]
        assert inbox.tally["vad.level", "overflow"] == 2

    asyncio.run(scene())


def test_of_a_state_only_the_last_value_waits() -> None:
    async def scene() -> None:
        inbox = Inbox(asyncio.get_running_loop())
        for at in range(5):
            inbox.latest(delivery(TurnState(phase="paused", since_ns=at)))
        assert taken(inbox) == [TurnState(phase="paused", since_ns=4)]
        assert inbox.tally["turn-manager.state", "superseded"] == 4

    asyncio.run(scene())


def test_topics_take_turns() -> None:
    async def scene() -> None:
        inbox = Inbox(asyncio.get_running_loop())
        for number in range(3):
            inbox.latest(level(number))
        inbox.latest(delivery(SoundClock(position=0, at_ns=0, running=False)))
        assert [type(m).__name__ for m in taken(inbox)] == ["Level", "SoundClock", "Level", "Level"]

    asyncio.run(scene())


def test_two_threads_lose_nothing_but_what_is_counted() -> None:
    async def scene() -> None:
        inbox = Inbox(asyncio.get_running_loop())
        count = 20_000

        def fill() -> None:
            for number in range(count):
                inbox.latest(level(number))

        thread = threading.Thread(target=fill)
        thread.start()
        got = 0
        while thread.is_alive():
            got += len(taken(inbox))
            await asyncio.sleep(0)
        got += len(taken(inbox))
        assert got + inbox.tally["vad.level", "overflow"] == count

    asyncio.run(scene())


def test_a_burst_wakes_the_loop_once_and_each_lane_its_own_worker() -> None:
    async def scene() -> None:
        loop = asyncio.get_running_loop()
        inbox = Inbox(loop)
        inbox.stream(level(1))
        inbox.stream(level(2))
        assert not inbox.has_stream.is_set()
        await asyncio.sleep(0)
        assert inbox.has_stream.is_set()
        assert not inbox.arrived.is_set()
        inbox.post(level(3))
        inbox.room()
        await asyncio.sleep(0)
        assert inbox.arrived.is_set()
        assert inbox.has_post.is_set()
        assert inbox.has_room.is_set()

    asyncio.run(scene())


def test_what_comes_after_the_loop_has_ended_harms_nobody() -> None:
    async def scene() -> Inbox:
        return Inbox(asyncio.get_running_loop())

    inbox = asyncio.run(scene())
    inbox.stream(level(1))
    inbox.room()
