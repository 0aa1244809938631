"""Scenes of the door to blocking calls."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bus.errors import Stuck
from bus.off_loop import OffLoop, left_behind


def test_calls_run_in_one_thread_of_their_own_in_order() -> None:
    async def scene() -> None:
        door = OffLoop("model")
        threads = await asyncio.gather(*(door.run(threading.current_thread) for _ in range(5)))
        assert len(set(threads)) == 1
        assert threads[0] is not threading.current_thread()
        seen: list[int] = []
        await asyncio.gather(*(door.run(seen.append, n) for n in range(10)))
        assert seen == list(range(10))
        door.close()

    asyncio.run(scene())


def test_what_the_call_raises_comes_out_and_the_door_stays_open() -> None:
    async def scene() -> None:
        door = OffLoop("model")
        with pytest.raises(ZeroDivisionError):
            await door.run(lambda: 1 // 0)
        assert await door.run(max, 1, 2) == 2
        door.close()

    asyncio.run(scene())


def test_closing_drops_what_waits_and_does_not_wait_for_what_runs() -> None:
    async def scene() -> None:
        door = OffLoop("model")
        go = threading.Event()
        first = asyncio.ensure_future(door.run(go.wait, 5))
        second = asyncio.ensure_future(door.run(lambda: "never"))
        await asyncio.sleep(0)
        door.close()
        go.set()
        assert await first
        with pytest.raises(asyncio.CancelledError):
            await second

    asyncio.run(scene())


def test_a_call_that_does_not_come_back_is_not_waited_for_nor_the_one_behind_it() -> None:
    async def scene() -> None:
        door = OffLoop("model")
        go = threading.Event()
        for _ in range(2):
            with pytest.raises(Stuck, match=r"model has not come back for 0\.02 s"):
                await door.within(0.02, go.wait, 20)
        assert (door.busy, left_behind(0)) == ("model", "model")
        go.set()
        assert left_behind(20) == ""
        assert await door.within(20, max, 1, 2) == 2
        door.close()

    asyncio.run(scene())
