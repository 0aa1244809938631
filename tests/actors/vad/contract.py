"""Contract of a microphone: what each engine of vad keeps, wherever its sound comes from. Run by test_contract.py against all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest

from actors.vad.actor import Vad
from actors.vad.engine import RATE_HZ, WINDOW, Microphone, Sound
from actors.vad.fake import FakeDetector
from bus.clock import SECOND
from bus.messages import Level, SoundBegan, SpeechEdge
from bus.rehearsal import Rehearsal

WINDOW_NS = WINDOW * SECOND // RATE_HZ
SPEECH = 40
"""Windows of loud sound that the candidate's source gives, after some silence."""


@dataclass
class Candidate:
    """An engine under the contract."""

    engine: str
    settings: dict[str, object]
    drive: Callable[[Microphone], bool]
    """Lets its source give SPEECH windows; False while it is not ready to. True at once where it gives them by itself."""
    fail: Callable[[], None]
    """Its device goes away."""

    def make(self, **more: object) -> Microphone:
        cls: Any = Vad.engine_class(self.engine)
        microphone: Microphone = cls(msgspec.convert(self.settings | more, cls.Settings))
        return microphone


async def heard(candidate: Candidate, microphone: Microphone, loud: int) -> list[Sound]:
    """Windows until so many of them were loud."""
    found: list[Sound] = []
    driven = False
    async with asyncio.timeout(10):
        async for sound in microphone.windows():
            found.append(sound)
            if sum(bool(is_loud(one)) for one in found) >= loud:
                break
            driven = driven or candidate.drive(microphone)
    return found


def is_loud(sound: Sound) -> bool:
    return bool(np.abs(sound.pcm.astype(np.int32)).max() > 1_000)


async def windows_are_whole_and_in_order(candidate: Candidate) -> None:
    microphone = candidate.make()
    await microphone.open()
    found = await heard(candidate, microphone, 20)
    await microphone.close()
    assert all(sound.pcm.shape == (WINDOW,) and sound.pcm.dtype == np.int16 for sound in found)
    times = [sound.at_ns for sound in found]
    assert times == sorted(times)


async def sound_without_a_gap_has_times_without_a_gap(candidate: Candidate) -> None:
    microphone = candidate.make()
    await microphone.open()
    loud = [sound.at_ns for sound in await heard(candidate, microphone, 20) if is_loud(sound)][1:]
    await microphone.close()
    assert {round((later - sooner) / WINDOW_NS, 2) for sooner, later in pairwise(loud)} == {1.0}


async def it_may_be_closed_twice_or_unopened(candidate: Candidate) -> None:
    await candidate.make().close()
    microphone = candidate.make()
    await microphone.open()
    await microphone.close()
    await microphone.close()


async def it_is_heard_again_after_it_was_given_back(candidate: Candidate) -> None:
    for _ in range(2):
        microphone = candidate.make()
        await microphone.open()
        assert await heard(candidate, microphone, 2)
        await microphone.close()


async def when_its_device_goes_away_silence_comes_in_its_place(candidate: Candidate) -> None:
    microphone = candidate.make()
    await microphone.open()
    found: list[Sound] = []
    async with asyncio.timeout(20):
        async for sound in microphone.windows():
            found.append(sound)
            if len(found) == 1:
                candidate.fail()
            if len(found) == 12:
                break
    await microphone.close()
    times = [sound.at_ns for sound in found]
    assert times == sorted(times)
    assert not any(is_loud(sound) for sound in found[2:])


async def one_that_hangs_is_silence_and_is_heard_again_when_it_goes_on(candidate: Candidate) -> None:
    microphone = candidate.make()
    await microphone.open()
    assert await heard(candidate, microphone, SPEECH - 2)
    async with asyncio.timeout(20):
        quiet = 0
        async for sound in microphone.windows():
            quiet = 0 if is_loud(sound) else quiet + 1
            if quiet == 4:
                break
    assert await heard(candidate, microphone, 2)
    await microphone.close()


async def it_may_be_left_at_every_point(candidate: Candidate) -> None:
    for windows in (0, 1, 3):
        microphone = candidate.make()
        await microphone.open()
        listening = asyncio.create_task(heard(candidate, microphone, windows or SPEECH))
        if windows:
            assert len(await listening) >= windows
        listening.cancel()
        await asyncio.wait([listening])
        await microphone.close()
    microphone = candidate.make()
    await microphone.open()
    assert await heard(candidate, microphone, 2)
    await microphone.close()


async def levels_and_the_beginning_of_speech_are_told(candidate: Candidate) -> None:
    microphone = candidate.make()
    async with Rehearsal(Vad(microphone, Vad.Settings(), FakeDetector())) as call:
        driven = False
        async with asyncio.timeout(20):
            while not {SpeechEdge, Level} <= {type(sent.message) for sent in call.sent}:
                driven = driven or candidate.drive(microphone)
                await asyncio.sleep(0.005)
        assert call.of(SpeechEdge)[0].kind == "started"
        assert len(call.of(SoundBegan)) == 1
        assert all(-120 <= level.dbfs <= 0 for level in call.of(Level))


async def settings_that_it_does_not_know_are_refused(candidate: Candidate) -> None:
    with pytest.raises(msgspec.ValidationError, match="nonsense"):
        candidate.make(nonsense=1)


SCENES: tuple[Callable[[Candidate], Coroutine[object, object, None]], ...] = (
    windows_are_whole_and_in_order,
    sound_without_a_gap_has_times_without_a_gap,
    it_may_be_closed_twice_or_unopened,
    it_is_heard_again_after_it_was_given_back,
    it_may_be_left_at_every_point,
    when_its_device_goes_away_silence_comes_in_its_place,
    one_that_hangs_is_silence_and_is_heard_again_when_it_goes_on,
    levels_and_the_beginning_of_speech_are_told,
    settings_that_it_does_not_know_are_refused,
)
