"""Scenes of the page's microphone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest

from actors.vad.engine import RATE_HZ, WINDOW, PageMicrophone, Sound
from actors.vad.page import WINDOW_NS, Page, PageSettings
from bus import clock
from bus.clock import MS, SECOND


def ramp(first: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.arange(first, first + count).astype(np.int16)


async def opened(**settings: int) -> tuple[Page, AsyncIterator[Sound]]:
    page = Page(PageSettings(**settings))
    await page.open()
    return page, page.windows()


def test_it_is_a_microphone_that_sound_is_handed_to() -> None:
    assert isinstance(Page(PageSettings()), PageMicrophone)


def test_pieces_of_any_length_become_whole_windows_with_their_capture_time() -> None:
    async def scene() -> None:
        page, windows = await opened()
        at_ns, sent = clock.now_ns(), 0
        for count in (1, 300, 500, 7, 728):
            page.hand_over(ramp(sent, count), at_ns + sent * SECOND // RATE_HZ)
            sent += count
        for index in range(3):
            sound = await anext(windows)
            assert (sound.pcm == ramp(index * WINDOW, WINDOW)).all()
            assert abs(sound.at_ns - at_ns - index * WINDOW_NS) < MS

    asyncio.run(scene())


def test_without_a_browser_it_gives_silence_in_real_time() -> None:
    async def scene() -> None:
        _, windows = await opened(patience_ms=32)
        began_ns = clock.now_ns()
        heard = [await anext(windows) for _ in range(5)]
        took_ms = (clock.now_ns() - began_ns) / MS
        assert not any(sound.pcm.any() for sound in heard)
        assert [b.at_ns - a.at_ns for a, b in pairwise(heard)] == [WINDOW_NS] * 4
        assert 5 * 32 <= took_ms < 5 * 32 + 300

    asyncio.run(scene())


def test_sound_that_comes_200_ms_late_is_heard_without_a_hole() -> None:
    async def scene() -> None:
        page, windows = await opened()
        at_ns = clock.now_ns()
        page.hand_over(ramp(1, WINDOW), at_ns)
        first = await anext(windows)
        late = asyncio.get_running_loop().call_later(0.18, page.hand_over, ramp(1 + WINDOW, WINDOW), at_ns + WINDOW_NS)
        second = await anext(windows)
        late.cancel()
        assert (second.pcm == ramp(1 + WINDOW, WINDOW)).all()
        assert second.at_ns - first.at_ns == WINDOW_NS

    asyncio.run(scene())


def test_a_rest_that_is_no_window_is_heard_when_the_browser_leaves() -> None:
    async def scene() -> None:
        page, windows = await opened(patience_ms=32)
        page.hand_over(ramp(1, 100), clock.now_ns())
        sound = await anext(windows)
        assert (sound.pcm[:100] == ramp(1, 100)).all()
        assert not sound.pcm[100:].any()

    asyncio.run(scene())


def test_after_silence_the_time_is_that_of_the_sound() -> None:
    async def scene() -> None:
        page, windows = await opened(patience_ms=32)
        await anext(windows)
        at_ns = clock.now_ns() + 5 * SECOND
        page.hand_over(ramp(0, WINDOW), at_ns)
        assert (await anext(windows)).at_ns == at_ns

    asyncio.run(scene())


def test_the_oldest_is_dropped_and_counted_when_it_comes_too_fast() -> None:
    async def scene() -> None:
        page, windows = await opened(most_ms=1_000)
        at_ns = clock.now_ns()
        for second in range(5):
            page.hand_over(ramp(second * RATE_HZ % 30_000, RATE_HZ), at_ns + second * SECOND)
        assert page.dropped == 4 * RATE_HZ
        sound = await anext(windows)
        assert sound.at_ns == at_ns + 4 * SECOND
        assert (sound.pcm == ramp(4 * RATE_HZ % 30_000, WINDOW)).all()

    asyncio.run(scene())


@pytest.mark.parametrize("late_ms", [30, 500])
def test_the_time_follows_a_browser_that_skipped_something(late_ms: int) -> None:
    async def scene() -> None:
        page, windows = await opened()
        at_ns = clock.now_ns()
        page.hand_over(ramp(0, WINDOW), at_ns)
        await anext(windows)
        page.hand_over(ramp(0, WINDOW), at_ns + WINDOW_NS + late_ms * MS)
        assert (await anext(windows)).at_ns == at_ns + WINDOW_NS + late_ms * MS

    asyncio.run(scene())
