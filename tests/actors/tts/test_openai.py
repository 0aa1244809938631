"""Openai: bare sound, WAV and events from a speech server, over true connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from actors.tts.openai import OpenaiVoice, OpenaiVoiceSettings
from bus.errors import Broken
from tests.actors.tts.speaking_server import RATE_HZ, SECONDS, SpeakingServer, speaking_server

WHOLE = round(SECONDS * 48_000)


def perform(scene: Callable[[OpenaiVoice, SpeakingServer], Awaitable[None]], **changed: object) -> None:
    async def run() -> None:
        with speaking_server() as server:
            settings = {"url": server.url, "start_s": 0, "first_s": 5, "pcm_hz": RATE_HZ}
            voice = OpenaiVoice(OpenaiVoiceSettings(**{**settings, **changed}))  # type: ignore[arg-type]
            try:
                await voice.load()
                await scene(voice, server)
            finally:
                await voice.close()
                await voice.close()

    asyncio.run(run())


async def samples(voice: OpenaiVoice, text: str = "Hello there.") -> int:
    async with voice.speak(text, "en") as chunks:
        return sum([chunk.pcm.size async for chunk in chunks])


@pytest.mark.parametrize(("form", "events"), [("pcm", False), ("wav", False), ("wav", True)])
def test_a_clause_is_spoken_whole_in_every_form(form: str, events: bool) -> None:
    async def scene(voice: OpenaiVoice, server: SpeakingServer) -> None:
        server.events = events
        assert await samples(voice) == pytest.approx(WHOLE, abs=2)
        asked = {"model": "tts-1", "voice": "alloy", "input": "Hello there.", "response_format": form, "speed": 1.1}
        assert server.asked == [asked]
        assert await samples(voice, "👋") == 0

    perform(scene, format=form, extra={"speed": 1.1})


@pytest.mark.parametrize("fault", ["empty", "error"])
def test_what_fails_before_any_sound_is_asked_once_more(fault: str) -> None:
    async def scene(voice: OpenaiVoice, server: SpeakingServer) -> None:
        server.faults = [fault]
        assert await samples(voice) == pytest.approx(WHOLE, abs=2) and len(server.asked) == 2
        server.faults = [fault, fault]
        with pytest.raises(Broken):
            await samples(voice)

    perform(scene)


def test_sound_that_breaks_off_is_not_said_twice() -> None:
    async def scene(voice: OpenaiVoice, server: SpeakingServer) -> None:
        server.faults = ["half"]
        with pytest.raises(Broken, match="broke off"):
            await samples(voice)
        assert len(server.asked) == 1

    perform(scene, format="wav")


def test_leaving_a_clause_does_not_hold_up_the_next() -> None:
    async def scene(voice: OpenaiVoice, server: SpeakingServer) -> None:
        async with voice.speak("Hello there.", "en") as chunks:
            await anext(chunks)
        assert await samples(voice) == pytest.approx(WHOLE, abs=2)

    perform(scene)
