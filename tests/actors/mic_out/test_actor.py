"""Mic-out as an actor, with a speaker that is pulled by hand."""

from __future__ import annotations

import asyncio

import msgspec
import numpy as np
import pytest

from actors.mic_out.actor import MicOut
from actors.mic_out.fake import FakeSpeaker, FakeSpeakerSettings
from bus.clock import MS
from bus.errors import Gone
from bus.messages import Cut, HeardSound, Pause, Played, PlayedEnvelope, Resume, SoundClock, SoundSlice
from bus.rehearsal import Rehearsal


def slices(count: int, *, last: bool = True) -> list[SoundSlice]:
    pcm = np.full(960, 1000, "<i2").tobytes()
    return [
        SoundSlice(position=i * 960, at_ns=i * 20 * MS, last=last and i == count - 1, payload=pcm) for i in range(count)
    ]


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_it_plays_and_tells_what_was_heard_with_the_turn_of_the_reply() -> None:
    async def scene() -> None:
        speaker = FakeSpeaker(FakeSpeakerSettings())
        async with Rehearsal(MicOut(speaker)) as call:
            await settle()
            await call.send(*slices(10), turn=3, gen=7, t0=42)
            assert speaker.listen(200).all()
            speaker.listen(20)
            await settle()
            assert [p.event for p in call.of(Played)] == ["started", "playing", "playing", "done"]
            assert [c.running for c in call.of(SoundClock)] == [True, True, True, False]
            assert {(s.turn, s.gen, s.t0) for s in call.sent} == {(3, 7, 42)}
            assert not call.of(HeardSound)
        assert not speaker.is_open

    asyncio.run(scene())


def test_pause_resume_and_cut_reach_the_sound_at_the_next_block() -> None:
    async def scene() -> None:
        speaker = FakeSpeaker(FakeSpeakerSettings())
        async with Rehearsal(MicOut(speaker)) as call:
            await settle()
            await call.send(*slices(10, last=False))
            speaker.listen(40)
            await call.send(Pause(onset_ns=0))
            assert not speaker.listen(40)[480:].any()
            await call.send(Resume())
            assert speaker.listen(40)[480:].all()
            await call.send(Cut(below_gen=2))
            assert not speaker.listen(40)[480:].any()
            await settle()
            assert [p.event for p in call.of(Played)] == ["started", "paused", "resumed", "cut"]

    asyncio.run(scene())


def test_for_the_page_all_sound_goes_out_in_messages_of_20_ms_silence_too() -> None:
    async def scene() -> None:
        speaker = FakeSpeaker(FakeSpeakerSettings(audible_on_page=True))
        async with Rehearsal(MicOut(speaker)) as call:
            await settle()
            speaker.listen(100)
            await settle()
            heard = call.of(HeardSound)
            assert [h.at_ns for h in heard] == [i * 20 * MS for i in range(5)]
            assert {len(h.payload) for h in heard} == {1920}

    asyncio.run(scene())


def test_a_device_that_goes_away_ends_the_actor_with_its_own_error() -> None:
    class Unplugged(FakeSpeaker):
        async def play(self, pull: object) -> None:
            raise Gone("the sound device was unplugged")

    async def scene() -> None:
        actor = MicOut(Unplugged(FakeSpeakerSettings()))
        async with Rehearsal(actor) as call:
            assert call._running is not None
            with pytest.raises(Gone, match="unplugged"):
                await call._running

    asyncio.run(scene())


def test_in_a_room_vad_is_told_how_loud_it_sounds_while_it_does() -> None:
    async def scene() -> None:
        speaker = FakeSpeaker(FakeSpeakerSettings(audible_in_room=True))
        async with Rehearsal(MicOut(speaker)) as call:
            await settle()
            speaker.listen(100)
            await settle()
            assert not call.of(PlayedEnvelope)
            tone = (8_000 * np.sin(np.arange(960) / 8)).astype("<i2").tobytes()
            await call.send(*[msgspec.structs.replace(piece, payload=tone) for piece in slices(10)])
            speaker.listen(300)
            await settle()
            told = call.of(PlayedEnvelope)
            assert 200 <= len(told) * 16 <= 230
            assert 100 * MS <= told[0].at_ns < 116 * MS

    asyncio.run(scene())


def test_every_engine_is_built_from_a_plan() -> None:
    for engine in MicOut.engines:
        assert isinstance(MicOut.build(engine, {}), MicOut)


def test_what_was_heard_is_finished_though_no_slice_comes_in() -> None:
    """After a hub's death av-sync is a second ahead: it sends nothing, and were mic-out killed then, all would come again."""

    async def scene() -> None:
        speaker = FakeSpeaker(FakeSpeakerSettings())
        actor = MicOut(speaker)
        async with Rehearsal(actor) as call:
            await settle()
            await call.send(*slices(50, last=False))
            assert len(actor.unit) == 50
            for _ in range(40):
                speaker.listen(20)
                await settle()
            assert len(actor.unit) <= 12, "no more than 40 ms is behind"

    asyncio.run(scene())


def test_a_successor_that_begins_at_the_same_slice_tells_other_facts() -> None:
    async def life(heard_ms: int) -> set[int]:
        speaker = FakeSpeaker(FakeSpeakerSettings())
        speaker.now_ns = heard_ms * MS
        async with Rehearsal(MicOut(speaker)) as call:
            await settle()
            await call.send(*slices(10, last=False))
            speaker.listen(200)
            await settle()
            assert call.sent
            return {sent.id for sent in call.sent}

    async def scene() -> None:
        assert not await life(0) & await life(300)

    asyncio.run(scene())
