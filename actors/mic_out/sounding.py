"""Sounding of the speaker: from the first block to a last one that ends in silence, at a sample from which a successor goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from actors.mic_out.engine import Pull, Speaker
from actors.mic_out.playout import Playout
from actors.progress import Progress

LOOK_S = 0.005
LOOKS = 12
"""A speaker takes the last 30 ms within 60 ms, or has ceased to play."""


@asynccontextmanager
async def sounding(
    speaker: Speaker, pull: Pull, playout: Playout, progress: Progress
) -> AsyncIterator[asyncio.TaskGroup]:
    """Plays while the block runs, and what else is to run with it. Leaving it lets what sounds fall silent, and finishes the
    slices that were heard. Raises (in a group) what the speaker raises."""
    playing = asyncio.create_task(speaker.play(pull))
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_until_over(playing))
            yield tasks
    finally:
        playout.leave()
        for _ in range(LOOKS):
            if playing.done() or not playout.falling:
                break
            await asyncio.sleep(LOOK_S)
        playing.cancel()
        await asyncio.wait([playing])
        if heard := playout.heard():
            progress.reach(*heard)


async def _until_over(playing: asyncio.Task[None]) -> None:
    """The speaker goes on when this wait is given up."""
    await asyncio.shield(playing)
