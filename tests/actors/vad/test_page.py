"""Scenes of the page's microphone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def loud(count: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.full(count, 5_000, dtype=np.int16)


def test_sound_that_comes_too_late_is_heard_whole_behind_the_silence_and_time_never_goes_backwards() -> None:
    async def scene() -> None:
        page, windows = await opened()
        at_ns = clock.now_ns() - SECOND
        page.hand_over(loud(WINDOW), at_ns)
        heard = [await anext(windows) for _ in range(11)]
        assert [bool(sound.pcm.any()) for sound in heard] == [True] + [False] * 10
        page.hand_over(loud(4 * WINDOW), at_ns + WINDOW_NS)
        heard += [await anext(windows) for _ in range(4)]
        assert [bool(sound.pcm.any()) for sound in heard[11:]] == [True] * 4
        assert [b.at_ns - a.at_ns for a, b in pairwise(heard)] == [WINDOW_NS] * 14

    asyncio.run(scene())


def test_when_nobody_speaks_any_more_the_times_are_true_again() -> None:
    async def scene() -> None:
        page, windows = await opened()
        at_ns = clock.now_ns() - SECOND
        page.hand_over(loud(WINDOW), at_ns)
        for _ in range(11):
            await anext(windows)
        page.hand_over(np.concatenate([loud(2 * WINDOW), ramp(0, 12 * WINDOW) % 100]), at_ns + WINDOW_NS)
        page.hand_over(loud(WINDOW), at_ns + 15 * WINDOW_NS)
        heard = [await anext(windows) for _ in range(5)]
        assert [int(sound.pcm.max()) for sound in heard] == [5_000, 5_000, 99, 99, 5_000]
        assert heard[-1].at_ns == at_ns + 15 * WINDOW_NS

    asyncio.run(scene())


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3), st.integers(0, 20)), min_size=1, max_size=20))
def test_however_late_sound_comes_no_window_is_earlier_than_the_one_before(
    pieces: list[tuple[int, int, int]],
) -> None:
    async def scene() -> list[int]:
        page, windows = await opened()
        begun_ns, times = clock.now_ns() - 100 * SECOND, []
        for late, count, pulls in pieces:
            page.hand_over(loud(count * WINDOW), begun_ns + late * WINDOW_NS)
            times += [(await anext(windows)).at_ns for _ in range(pulls)]
        return times

    times = asyncio.run(scene())
    assert all(later > sooner for sooner, later in pairwise(times))
