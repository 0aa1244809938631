"""Av-sync as an actor."""

from __future__ import annotations

import asyncio

from actors.av_sync.actor import AvSync
from bus.clock import MS, now_ns
from bus.messages import (
    ActorHealth,
    CallHealth,
    Cut,
    FaceFrame,
    MouthFrame,
    SentenceEnd,
    Shown,
    Skew,
    SoundClock,
    SoundSlice,
    VoiceAudio,
    VoiceDone,
)
from bus.rehearsal import Rehearsal


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_reply_goes_through_with_the_turn_that_it_answers() -> None:
    async def scene() -> None:
        async with Rehearsal(AvSync.build("own", {})) as call:
            await call.send(
                MouthFrame(index=0, payload=b"m", last=True),
                VoiceAudio(sentence=0, position=0, payload=bytes(4800)),
                SentenceEnd(sentence=0, samples=2400),
                VoiceDone(sentences=1),
                turn=4,
                gen=2,
                t0=9,
            )
            await settle()
            assert [len(s.payload) for s in call.of(SoundSlice)] == [1920, 1920, 960]
            assert call.of(FaceFrame)[0].last
            assert {(s.turn, s.gen, s.t0) for s in call.sent} == {(4, 2, 9)}

    asyncio.run(scene())


def test_a_voice_alone_is_sent_at_once_when_no_face_is_waited_for() -> None:
    async def scene() -> None:
        async with Rehearsal(AvSync.build("own", {"face_wait_ms": 0})) as call:
            await call.send(VoiceAudio(sentence=0, position=0, payload=bytes(1920)))
            await settle()
            assert len(call.of(SoundSlice)) == 1

    asyncio.run(scene())


def test_before_it_goes_it_sends_300_ms_more_so_that_nobody_hears_the_change() -> None:
    async def scene() -> None:
        async with Rehearsal(AvSync.build("own", {"face_wait_ms": 0})) as call:
            await call.send(VoiceAudio(sentence=0, position=0, payload=bytes(2 * 48_000)))
            await settle()
            before = len(call.of(SoundSlice))
        slices = call.of(SoundSlice)
        assert len(slices) - before == 300 // 20
        assert [s.position for s in slices] == [960 * n for n in range(len(slices))]
        assert not any(s.last for s in slices)

    asyncio.run(scene())


def test_a_voice_goes_on_at_once_when_its_face_is_given_up() -> None:
    async def scene() -> None:
        async with Rehearsal(AvSync.build("own", {"face_wait_ms": 2_000})) as call:
            await call.send(VoiceAudio(sentence=0, position=0, payload=bytes(1920)))
            await settle()
            assert not call.of(SoundSlice)
            await call.send(CallHealth(actors=(ActorHealth("face", "given up"),)))
            await settle()
            assert len(call.of(SoundSlice)) == 1

    asyncio.run(scene())


def test_a_voice_that_is_too_far_ahead_waits_until_it_is_cut() -> None:
    async def scene() -> None:
        async with Rehearsal(AvSync.build("own", {})) as call:
            sound = VoiceAudio(sentence=0, position=0, payload=bytes(2 * 48_000 * 130))
            far = asyncio.create_task(call.send(sound))
            await settle()
            assert not far.done()
            await call.send(Cut(below_gen=2))
            await far

    asyncio.run(scene())


def test_skew_is_published_for_each_second_of_speech() -> None:
    async def scene() -> None:
        async with Rehearsal(AvSync.build("own", {})) as call:
            begun = now_ns()
            await call.send(SoundClock(position=0, at_ns=begun, running=True))
            for i in range(27):
                await call.send(Shown(position=i * 1920, at_ns=begun + (i * 40 + 12) * MS))
            assert [s.median_ms for s in call.of(Skew)] == [12.0]

    asyncio.run(scene())
