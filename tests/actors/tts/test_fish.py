"""Fish: its server's traps, over true connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from actors.tts.fish import S1_MINI, FishSettings, FishVoice
from bus.errors import Broken, Wrong
from tests.actors.tts.speaking_server import SECONDS, SpeakingServer, speaking_server

WHOLE = round(SECONDS * 48_000)


def perform(scene: Callable[[FishVoice, SpeakingServer], Awaitable[None]], **changed: object) -> None:
    async def run() -> None:
        with speaking_server() as server:
            settings = {"url": server.url, "voice": "olena", "start_s": 0, "first_s": 5}
            voice = FishVoice(FishSettings(**{**settings, **changed}))  # type: ignore[arg-type]
            try:
                await voice.load()
                await scene(voice, server)
            finally:
                await voice.close()
                await voice.close()

    asyncio.run(run())


async def samples(voice: FishVoice, text: str = "Hello there.") -> int:
    async with voice.speak(text, "en") as chunks:
        return sum([chunk.pcm.size async for chunk in chunks])


async def waits(voice: FishVoice) -> list[float]:
    async with voice.speak("Hello there.", "en") as chunks:
        return [chunk.waited_ms async for chunk in chunks]


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streaming without a header"])
def test_a_clause_is_spoken_whole_and_the_reference_kept_in_memory(streaming: bool) -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        assert await samples(voice, "Hello 👋 there.") == pytest.approx(WHOLE, abs=2)
        (asked,) = server.asked
        assert (asked["reference_id"], asked["use_memory_cache"], asked["format"]) == ("olena", "on", "wav")
        floats = [asked[name] for name in ("temperature", "top_p", "repetition_penalty")]
        assert all(isinstance(value, float) for value in floats), "it takes no 1 for 1.0"
        assert "👋" not in asked["text"]
        assert await samples(voice, " … 👋") == 0 and len(server.asked) == 1
        await samples(voice, "I have 3 cats.")
        assert server.asked[1]["text"] == "I have three cats."

    perform(scene, streaming=streaming, temperature=1, top_p=1, repetition_penalty=1)


def test_a_voice_that_the_server_does_not_have_is_refused_before_it_speaks_in_another() -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        raise AssertionError

    with pytest.raises(Wrong, match=r"no voice 'petro'.*olena"):
        perform(scene, voice="petro")


def test_without_a_name_it_would_speak_in_a_random_voice_and_is_refused() -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        raise AssertionError

    ready = FishVoice.ready(FishSettings())
    assert not ready.ok and "no voice" in ready.why and ready.todo
    with pytest.raises(Wrong, match="no voice"):
        perform(scene, voice="")


def test_before_a_call_it_says_where_a_model_for_its_server_comes_from_and_that_it_asks_for_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))

    def todo(url: str) -> str:
        return FishVoice.ready(FishSettings(voice="me", url=url)).todo

    here = todo("http://127.0.0.1:1")
    assert here.startswith("start it, ")
    assert (
        "avatar models pull openaudio-s1-mini (gated: agree on https://huggingface.co/" in here and "HF_TOKEN" in here
    )
    (tmp_path / S1_MINI.name).mkdir()
    for file in S1_MINI.files:
        (tmp_path / S1_MINI.name / file.name).write_bytes(b"x")
    assert "pull" not in todo("http://127.0.0.1:1")


def test_much_too_little_sound_is_an_error_in_a_stream_too_and_not_said_twice() -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        server.faults = ["short"]
        with pytest.raises(Broken, match=r"0.14 s of sound for 10 letters"):
            await samples(voice)
        assert len(server.asked) == 1

    perform(scene, streaming=True)


@pytest.mark.parametrize("fault", ["empty", "half", "short", "error"])
def test_a_clause_without_whole_sound_is_asked_for_once_more_and_not_for_ever(fault: str) -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        server.faults = [fault]
        assert await samples(voice) == pytest.approx(WHOLE, abs=2)
        assert len(server.asked) == 2
        server.faults = [fault] * 3
        with pytest.raises(Broken) as error:
            await samples(voice)
        assert len(server.asked) == 4 and "secret" not in str(error.value)

    perform(scene)


def test_the_clause_behind_one_that_was_left_waits_for_the_server_and_is_spoken() -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        server.faults = ["hang"]
        left = asyncio.ensure_future(samples(voice))
        await asyncio.to_thread(server.hanging.wait, 5)
        left.cancel()
        await asyncio.gather(left, return_exceptions=True)
        assert left.cancelled()
        behind = asyncio.ensure_future(waits(voice))
        await asyncio.wait([behind], timeout=0.1)
        assert not behind.done()
        server.go_on.set()
        waited = await behind
        assert waited[0] > 50 and not any(waited[1:])
        assert not any(await waits(voice))

    perform(scene)


def test_a_server_that_hangs_is_left() -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        server.faults = ["hang"]
        with pytest.raises(Broken, match=r"silent for 0.2 s"):
            await samples(voice)

    perform(scene, first_s=0.2)


def test_sound_is_the_tone_that_the_server_made() -> None:
    async def scene(voice: FishVoice, server: SpeakingServer) -> None:
        async with voice.speak("Hello.", "en") as chunks:
            pcm = np.concatenate([chunk.pcm async for chunk in chunks]).astype(float)
        peak = np.argmax(np.abs(np.fft.rfft(pcm))) * 48_000 / pcm.size
        assert peak == pytest.approx(220, abs=6) and np.abs(pcm).max() == pytest.approx(9_000, rel=0.1)

    perform(scene)
