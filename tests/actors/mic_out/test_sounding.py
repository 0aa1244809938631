"""Scenes of a speaker that is handed over while a reply sounds."""

from __future__ import annotations

import asyncio

import numpy as np

from actors.mic_out.actor import MicOut
from actors.mic_out.fake import FakeSpeaker, FakeSpeakerSettings
from bus.clock import MS
from bus.messages import SoundSlice
from bus.rehearsal import Rehearsal


def slices(count: int) -> list[SoundSlice]:
    pcm = np.full(960, 1_000, "<i2").tobytes()
    return [SoundSlice(position=i * 960, at_ns=i * 20 * MS, last=i == count - 1, payload=pcm) for i in range(count)]


def test_the_last_slice_is_heard_to_its_end_and_a_successor_gets_those_behind_it() -> None:
    async def scene() -> None:
        speaker = FakeSpeaker(FakeSpeakerSettings())
        async with Rehearsal(actor := MicOut(speaker)) as call:
            await asyncio.sleep(0.001)
            await call.send(*slices(10))
            speaker.listen(60)
            assert call._running is not None
            call._running.cancel()
            await asyncio.sleep(0.001)
            last = speaker.listen(40)
            await asyncio.gather(call._running, return_exceptions=True)
            assert np.count_nonzero(last) in (959, 960), "20 ms: to the end of the fourth slice"
            assert [actor.unit.holds(number) for number in range(1, 11)] == [False] * 4 + [True] * 6

    asyncio.run(scene())


def test_a_speaker_that_takes_nothing_more_is_not_waited_for_long() -> None:
    async def scene() -> None:
        speaker = FakeSpeaker(FakeSpeakerSettings())
        async with Rehearsal(MicOut(speaker)) as call:
            await asyncio.sleep(0.001)
            await call.send(*slices(10))
            speaker.listen(50)
        assert not speaker.is_open

    asyncio.run(asyncio.wait_for(scene(), 30))
