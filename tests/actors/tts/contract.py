"""Contract of tts's engines: each kind, ready to be loaded, with a way to make it fail, die and hang."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from actors.tts.engine import Voice
from actors.tts.espeak import Espeak, EspeakSettings
from actors.tts.fake import FakeVoice, FakeVoiceSettings
from actors.tts.fish import FishSettings, FishVoice
from actors.tts.openai import OpenaiVoice, OpenaiVoiceSettings
from tests.actors.tts.speaking_server import RATE_HZ, SpeakingServer, speaking_server


def _cannot() -> None:
    pytest.fail("this engine cannot do that")


@dataclass
class Subject:
    """An engine. `fail`: its next texts break off; `hang`: it says nothing more; both until `mend`."""

    voice: Voice
    fail: Callable[[], None] = _cannot
    hang: Callable[[], None] = _cannot
    mend: Callable[[], None] = lambda: None


Maker: TypeAlias = Callable[[], AbstractAsyncContextManager[Subject]]


@asynccontextmanager
async def fake() -> AsyncIterator[Subject]:
    """The fake of scenes."""
    voice = FakeVoice(FakeVoiceSettings(rate_hz=8_000, ms_per_character=20))

    def fail() -> None:
        voice.breaks_at = 2

    def mend() -> None:
        voice.breaks_at = None
        voice.gate.set()

    yield Subject(voice, fail, voice.gate.clear, mend)


@asynccontextmanager
async def espeak() -> AsyncIterator[Subject]:
    """The true espeak-ng. It has nothing that could fail or hang."""
    yield Subject(Espeak(EspeakSettings(rate_wpm=400)))


@asynccontextmanager
async def fish() -> AsyncIterator[Subject]:
    """The client of a Fish server, with one that has its traps."""
    with speaking_server() as server:
        yield _served(FishVoice(FishSettings(url=server.url, voice="olena", start_s=10)), server)


@asynccontextmanager
async def fish_streaming() -> AsyncIterator[Subject]:
    """The same with a server that streams."""
    with speaking_server() as server:
        yield _served(FishVoice(FishSettings(url=server.url, voice="olena", start_s=10, streaming=True)), server)


@asynccontextmanager
async def openai() -> AsyncIterator[Subject]:
    """The client of the speech API, with bare sound."""
    with speaking_server() as server:
        yield _served(OpenaiVoice(OpenaiVoiceSettings(url=server.url, start_s=10, pcm_hz=RATE_HZ)), server)


@asynccontextmanager
async def openai_events() -> AsyncIterator[Subject]:
    """The same with a server that sends events with WAV files in them."""
    with speaking_server() as server:
        server.events = True
        yield _served(OpenaiVoice(OpenaiVoiceSettings(url=server.url, start_s=10, format="wav")), server)


def _served(voice: Voice, server: SpeakingServer) -> Subject:
    def fail() -> None:
        server.faults = ["error"] * 9

    def hang() -> None:
        server.faults = ["hang"]

    def mend() -> None:
        server.faults = []
        server.go_on.set()

    return Subject(voice, fail, hang, mend)


KINDS: dict[str, Maker] = {
    "fake": fake,
    "espeak": espeak,
    "fish": fish,
    "fish, streaming": fish_streaming,
    "openai": openai,
    "openai, events": openai_events,
}
