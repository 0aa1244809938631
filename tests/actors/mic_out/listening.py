"""Listening to a speaker for a moment of real time."""

from __future__ import annotations

import asyncio

import numpy as np
from numpy.typing import NDArray

from actors.mic_out.engine import Speaker


async def play_until(speaker: Speaker, pulls: int) -> list[int]:
    """Plays until `pulls` blocks were pulled; their times."""
    loop, enough, times = asyncio.get_running_loop(), asyncio.Event(), list[int]()

    def pull(samples: int, at_ns: int) -> NDArray[np.int16]:
        times.append(at_ns)
        if len(times) >= pulls:
            loop.call_soon_threadsafe(enough.set)
        return np.full(samples, 5, np.int16)

    await speaker.open()
    playing = asyncio.create_task(speaker.play(pull))
    await enough.wait()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    await speaker.close()
    return times
