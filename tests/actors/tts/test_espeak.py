"""Scenes with the real espeak-ng: what it says, when, and how it stops."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest

from actors.tts.engine import VoiceChunk
from actors.tts.espeak import Espeak, EspeakSettings, speakable
from bus.errors import Wrong


@asynccontextmanager
async def loaded(**settings: object) -> AsyncIterator[Espeak]:
    voice = Espeak(EspeakSettings(**settings))  # type: ignore[arg-type]
    try:
        await voice.load()
        yield voice
    finally:
        await voice.close()


def perform(scene: Callable[[Espeak], Awaitable[None]], **settings: object) -> None:
    async def run() -> None:
        async with loaded(**settings) as voice:
            await scene(voice)

    asyncio.run(run())


async def say(voice: Espeak, text: str, language: str = "en") -> list[VoiceChunk]:
    async with voice.speak(text, language) as chunks:
        return [chunk async for chunk in chunks]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello there, I'm your digital clone. How does 3.5 work?", "en"),
        ("Привіт, я цифровий клон. Як справи у вас сьогодні?", "uk"),
        ("Guten Tag, wie geht es Ihnen?", "de"),
    ],
)
def test_phonemes_and_words_lie_in_order_inside_the_chunk_they_begin_in(text: str, language: str) -> None:
    async def scene(voice: Espeak) -> None:
        heard = 0
        times: list[float] = []
        words: list[str] = []
        for chunk in await say(voice, text, language):
            assert 0 < len(chunk.pcm) <= voice.rate_hz * 0.07
            begins = [p.start_s for p in chunk.phonemes] + [w.start_s for w in chunk.words]
            assert all(heard / voice.rate_hz <= s < (heard + len(chunk.pcm)) / voice.rate_hz for s in begins)
            times += [phoneme.start_s for phoneme in chunk.phonemes]
            words += [text[word.start : word.end] for word in chunk.words]
            heard += len(chunk.pcm)
        assert 1 < heard / voice.rate_hz < 6
        assert times == sorted(times)
        assert len(times) > len(text) / 3
        assert words == text.split()

    perform(scene)


def test_ukrainian_is_not_spelled_letter_by_letter() -> None:
    async def scene(voice: Espeak) -> None:
        ipa = "".join(p.ipa for chunk in await say(voice, "Привіт", "uk") for p in chunk.phonemes)
        assert ipa.startswith("prɪ")

    perform(scene)


def test_the_first_sound_is_loud_at_once() -> None:
    async def scene(voice: Espeak) -> None:
        first = (await say(voice, "Привіт", "uk"))[0]  # begins with the closed lips of a p: 45 ms of silence
        assert np.abs(first.pcm[0].astype(int)) > 64
        assert first.phonemes[0].start_s == 0

    perform(scene)


def test_the_voice_never_clips() -> None:
    async def scene(voice: Espeak) -> None:
        sound = np.concatenate([c.pcm for c in await say(voice, "What happens if a part crashes? Nothing at all!")])
        assert 8_000 < np.abs(sound.astype(int)).max() < 32_000

    perform(scene)


def test_leaving_early_stops_and_the_next_text_is_spoken() -> None:
    async def scene(voice: Espeak) -> None:
        async with voice.speak("This sentence is said over and over again. " * 2_000, "en") as chunks:
            async for _ in chunks:
                break
        after = await say(voice, "Yes.")
        assert [word.start for chunk in after for word in chunk.words] == [0]
        assert sum(len(chunk.pcm) for chunk in after) < voice.rate_hz

    perform(scene)


def test_a_cancelled_listener_hushes_the_voice() -> None:
    async def scene(voice: Espeak) -> None:
        listening = asyncio.Event()

        async def listen() -> None:
            async with voice.speak("Word after word after word. " * 2_000, "en") as chunks:
                async for _ in chunks:
                    listening.set()
                    await asyncio.Event().wait()

        task = asyncio.ensure_future(listen())
        await listening.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await say(voice, "Yes.")

    perform(scene)


def test_a_hundred_kilobytes_stream_in_bounded_memory() -> None:
    async def scene(voice: Espeak) -> None:
        text = "A rather long story goes on and on. " * 2_800
        tracemalloc.start()
        try:
            heard = 0
            async with voice.speak(text, "en") as chunks:
                async for chunk in chunks:
                    heard += len(chunk.pcm)
                    if heard > voice.rate_hz * 60:
                        break
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 4_000_000  # a minute of this sound alone is 2.6 MB, the whole text over 200 MB

    perform(scene)


@pytest.mark.parametrize("text", ["", "   ", "😀", "👩‍👩‍👧 🇺🇦 ❤️", "…", "\0", "\ud83d"])
def test_what_no_voice_can_say_is_silence(text: str) -> None:
    async def scene(voice: Espeak) -> None:
        assert await say(voice, text) == []

    perform(scene)


def test_an_emoji_between_words_is_not_read_aloud_and_moves_nothing() -> None:
    assert speakable("hi 😀 ok 5°") == "hi   ok 5°"

    async def scene(voice: Espeak) -> None:
        spoken = [(w.start, w.end) for chunk in await say(voice, "hi 😀 ok") for w in chunk.words]
        assert spoken == [(0, 2), (5, 7)]

    perform(scene)


@pytest.mark.parametrize(
    ("settings", "near"),
    [
        ({"voice": "en-uss"}, "en-us"),
        ({"voice": "en-us+Anny"}, "Annie"),
        ({"languages": {"uk": "ukk+f2"}}, "uk"),
    ],
)
def test_an_unknown_voice_is_wrong_and_near_ones_are_named(settings: dict[str, object], near: str) -> None:
    async def nothing(_: Espeak) -> None:
        raise AssertionError("loaded")

    with pytest.raises(Wrong) as caught:
        perform(nothing, **settings)
    assert near.lower() in caught.value.todo.lower()


def test_a_language_can_have_a_voice_of_its_own() -> None:
    async def scene(voice: Espeak) -> None:
        high = np.concatenate([chunk.pcm for chunk in await say(voice, "Так, звісно", "uk")])
        assert len(high) > 0

    perform(scene, languages={"uk": "uk+m3"}, voice="en-gb")


def test_a_language_that_nobody_knows_is_spoken_by_the_main_voice() -> None:
    async def scene(voice: Espeak) -> None:
        assert await say(voice, "hello", "xx")

    perform(scene)


def test_a_closed_voice_can_be_closed_again_and_loaded_anew() -> None:
    async def scene() -> None:
        for _ in range(2):
            voice = Espeak(EspeakSettings())
            await voice.load()
            assert await say(voice, "again")
            await voice.close()
            await voice.close()

    asyncio.run(scene())
