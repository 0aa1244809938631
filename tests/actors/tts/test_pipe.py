"""Scenes of the pipe between a worker thread and the event loop."""

from __future__ import annotations

import asyncio

from actors.tts.pipe import Pipe
from bus.off_loop import OffLoop


def test_everything_put_before_the_end_is_read_in_order() -> None:
    async def scene() -> None:
        pipe: Pipe[int] = Pipe(2)
        door = OffLoop("test")
        working = asyncio.ensure_future(door.run(lambda: [pipe.put(i) for i in range(50)]))
        working.add_done_callback(lambda _: pipe.end())
        assert [item async for item in pipe.read()] == list(range(50))
        assert working.result() == [True] * 50
        door.close()

    asyncio.run(scene())


def test_a_full_pipe_holds_the_worker_until_the_reader_leaves() -> None:
    async def scene() -> None:
        pipe: Pipe[int] = Pipe(3)
        door = OffLoop("test")

        def work() -> int:
            put = 0
            while pipe.put(put):
                put += 1
            return put

        working = asyncio.ensure_future(door.run(work))
        async for _ in pipe.read():
            break
        pipe.close()
        assert await working <= 4
        assert not pipe.open
        door.close()

    asyncio.run(scene())
