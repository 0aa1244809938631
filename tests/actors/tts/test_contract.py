"""Contract of tts: the same scenes against every engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from actors.tts.actor import Tts
from actors.tts.engine import VoiceChunk
from bus.clock import SECOND, now_ns
from bus.errors import Broken
from bus.messages import Sentence, SentenceEnd, SpokenText, VoiceAudio, VoiceCost
from bus.rehearsal import Rehearsal
from tests.actors.tts.contract import KINDS, Maker, Subject

HELLO = "Hello there, friend."
CANNOT_FAIL = {"espeak": "a library that only reckons, a few ms for each piece: nothing that could fail or hang"}
FALLIBLE = [name for name in KINDS if name not in CANNOT_FAIL]
every_engine = pytest.mark.parametrize("maker", KINDS.values(), ids=KINDS)
those_that_can_fail = pytest.mark.parametrize("maker", [KINDS[name] for name in FALLIBLE], ids=FALLIBLE)


def perform(maker: Maker, scene: Callable[[Subject], Awaitable[None]]) -> None:
    async def run() -> None:
        async with maker() as subject:
            await subject.voice.load()
            try:
                await scene(subject)
            finally:
                subject.mend()
                await subject.voice.close()
                await subject.voice.close()

    asyncio.run(run())


async def sound_of(subject: Subject, text: str = HELLO, language: str = "en") -> list[VoiceChunk]:
    async with subject.voice.speak(text, language) as chunks:
        return [chunk async for chunk in chunks]


def seconds(subject: Subject, chunks: list[VoiceChunk]) -> float:
    return sum(chunk.pcm.size for chunk in chunks) / subject.voice.rate_hz


@every_engine
def test_sound_comes_in_pieces_and_what_is_timed_rises(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        chunks = await sound_of(subject)
        assert len(chunks) > 1 and seconds(subject, chunks) > 0.2
        assert all(chunk.pcm.dtype == "int16" and chunk.pcm.ndim == 1 for chunk in chunks)
        for times in (
            [phoneme.start_s for chunk in chunks for phoneme in chunk.phonemes],
            [word.start_s for chunk in chunks for word in chunk.words],
        ):
            assert times == sorted(times) and all(0 <= at <= seconds(subject, chunks) for at in times)

    perform(maker, scene)


@every_engine
def test_it_may_be_left_at_every_point_and_speaks_the_next_text_whole(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        whole = seconds(subject, await sound_of(subject))
        for count in range(3):
            async with subject.voice.speak(HELLO, "en") as chunks:
                for _ in range(count):
                    await anext(chunks)
            with pytest.raises(StopAsyncIteration):
                await anext(chunks)
        assert seconds(subject, await sound_of(subject)) == pytest.approx(whole, abs=0.01)

    perform(maker, scene)


@every_engine
def test_a_barge_in_ends_it_wherever_it_is(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        for turns in (0, 1, 2, 5):
            speaking = asyncio.ensure_future(sound_of(subject))
            for _ in range(turns):
                await asyncio.sleep(0)
            quick = speaking.done()
            speaking.cancel()
            await asyncio.wait([speaking])
            assert quick or speaking.cancelled()
        assert await sound_of(subject)

    perform(maker, scene)


@every_engine
@pytest.mark.parametrize(
    "text", ["", "  \n\t", "…", "👋 👩‍👩‍👧", "\x00\u200b\u202e"], ids=["none", "blank", "dots", "emoji", "controls"]
)
def test_what_nobody_can_say_is_no_sound_and_no_error(maker: Maker, text: str) -> None:
    async def scene(subject: Subject) -> None:
        if maker is not KINDS["fake"]:  # its tone is for every character
            assert seconds(subject, await sound_of(subject, text)) < 0.3

    perform(maker, scene)


@every_engine
def test_every_script_and_a_very_long_text_are_spoken(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        for text, language in (
            ("Привіт, друже! Сьогодні 23.11.2026, 21 грн.", "uk"),
            ("Hi \ud800 👋 \x00 \u202eabc\u202c </s> <|im_end|> {{ x }}", "en"),
            ('"Über" – naïve café', "de"),
            ("word " * 150, "en"),
        ):
            assert seconds(subject, await sound_of(subject, text, language)) > 0.2

    perform(maker, scene)


@every_engine
def test_it_can_be_closed_and_loaded_again_and_another_one_takes_its_place(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        assert await sound_of(subject)

    for _ in range(2):
        perform(maker, scene)


@every_engine
def test_figures_and_every_word_are_told_with_every_sentence(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        async with Rehearsal(Tts(subject.voice)) as stage:
            await stage.send(Sentence(index=0, text=HELLO, language="en"))
            (end,), (cost,) = stage.of(SentenceEnd), stage.of(VoiceCost)
            assert cost.whole_ms >= cost.first_ms >= 0 and cost.failed == ""
            assert cost.sound_ms == pytest.approx(end.samples / 48, abs=0.1)
            assert sum(len(piece.payload) // 2 for piece in stage.of(VoiceAudio)) == end.samples > 0
            words = stage.of(SpokenText)[-1].words
            assert [word.text for word in words] == ["Hello ", "there, ", "friend. "] and words[-1].end == end.samples

    perform(maker, scene)


@those_that_can_fail
def test_an_engine_that_fails_ends_its_sentence_and_speaks_the_next(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        async with Rehearsal(Tts(subject.voice)) as stage:
            subject.fail()
            with pytest.raises(Broken) as error:
                await stage.send(Sentence(index=0, text=HELLO, language="en"))
            assert error.value.todo and len(stage.of(SentenceEnd)) == 1 and stage.of(VoiceCost)[0].failed
            subject.mend()
            stage.take()
            await stage.send(Sentence(index=1, text=HELLO, language="en"))
            assert stage.of(SentenceEnd)[0].samples > 0 and stage.of(VoiceCost)[0].failed == ""

    perform(maker, scene)


@those_that_can_fail
def test_an_engine_that_hangs_is_left_at_once(maker: Maker) -> None:
    async def scene(subject: Subject) -> None:
        subject.hang()
        stuck = asyncio.ensure_future(sound_of(subject))
        await asyncio.wait([stuck], timeout=0.03)
        assert not stuck.done()
        begun = now_ns()
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)
        assert now_ns() - begun < 5 * SECOND and stuck.cancelled()
        subject.mend()
        assert await sound_of(subject)

    perform(maker, scene)


def test_all_engines_are_under_the_contract() -> None:
    assert {name.partition(",")[0] for name in KINDS} == set(Tts.engines)
