"""Openai: any server of the OpenAI speech API, near or far: SGLang-Omni, vLLM-Omni, Kokoro-FastAPI, a paid service."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, ClassVar

import msgspec

from actors.readiness import Readiness
from actors.secret import NAME
from actors.sse import SseReader
from actors.tts import speech_server
from actors.tts.engine import VoiceChunk
from actors.tts.server_sound import ServerSound
from actors.tts.speech_server import SEE_LOG, URL, Again, SpeechServer
from actors.tts.spelling import spell
from actors.unspeakable import has_words, is_unspeakable
from bus.errors import Broken
from bus.messages import RATE_HZ

log = logging.getLogger(__name__)

TRIES = 2
Seconds = Annotated[float, msgspec.Meta(gt=0, le=600)]


class OpenaiVoiceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the server is, which model and voice."""

    url: Annotated[str, msgspec.Meta(pattern=URL)] = "http://127.0.0.1:8880/v1"
    """Address of the API; it usually ends in /v1."""
    model: str = "tts-1"
    """Name of the model."""
    voice: str = "alloy"
    """Name of the voice."""
    api_key: Annotated[str, msgspec.Meta(pattern=f"^$|{NAME}")] = ""
    """Name of the variable that holds the key, in the environment or in the file .env. Never the key itself."""
    format: Annotated[str, msgspec.Meta(pattern="^(pcm|wav)$")] = "pcm"
    """"pcm" is bare 16-bit sound at `pcm_hz`; "wav" says itself what it is."""
    pcm_hz: Annotated[int, msgspec.Meta(ge=8_000, le=192_000)] = 24_000
    """Sample rate of bare sound."""
    extra: dict[str, bool | int | float | str] = {}
    """Other fields of the request, such as stream = true, speed = 1.1 or stream_format = "sse"."""
    start_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 60.0
    """How long a server may take to start."""
    connect_s: Seconds = 3.0
    """Longest wait for a connection."""
    first_s: Seconds = 15.0
    """Longest wait for the first sound of a clause."""
    between_s: Seconds = 5.0
    """Longest wait for more of it."""


class Audio(msgspec.Struct):
    """Sound in an event, base64."""

    data: str = ""


class Event(msgspec.Struct):
    """An event of a stream: OpenAI's own has `type` and `audio`, SGLang-Omni's an `audio` with `data`."""

    type: str = ""
    audio: Audio | str | None = None
    delta: str = ""
    error: object = None

    @property
    def sound(self) -> bytes:
        """The bytes in it. Raises Broken."""
        if self.error is not None:
            raise Broken("the server broke off with an error of its own", SEE_LOG)
        text = self.audio.data if isinstance(self.audio, Audio) else self.audio or self.delta
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Broken("the server sent an event that is no sound", SEE_LOG) from error


class OpenaiVoice:
    """Speaks as the sound comes. Leaving closes the connection: by that the server knows to stop."""

    Settings: ClassVar = OpenaiVoiceSettings

    def __init__(self, settings: OpenaiVoiceSettings) -> None:
        self._settings = settings
        self._server: SpeechServer | None = None

    @property
    def rate_hz(self) -> int:
        """48,000: it is resampled here."""
        return RATE_HZ

    @classmethod
    def ready(cls, settings: OpenaiVoiceSettings) -> Readiness:
        """Whether the server takes connections, and the key is there."""
        return speech_server.ready(settings.url, settings.api_key)

    async def load(self) -> None:
        """Waits for the server. Raises Wrong for a key that it refuses, Fatal when it is not there."""
        settings = self._settings
        logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each request, with its address
        await self.close()
        self._server = SpeechServer(settings.url, settings.api_key, settings.connect_s)
        await self._server.wait_for("/models", settings.start_s)

    @asynccontextmanager
    async def speak(self, text: str, language: str) -> AsyncIterator[AsyncIterator[VoiceChunk]]:
        """The sound of a clause. Raises Broken when there is none twice, or when it breaks off."""
        words = "".join(" " if is_unspeakable(character) else character for character in text)
        async with aclosing(self._speak(spell(words, language).text)) as chunks:
            yield chunks

    async def _speak(self, text: str) -> AsyncGenerator[VoiceChunk, None]:
        if not has_words(text):
            return
        for attempt in range(1, TRIES + 1):
            sound = ServerSound(self._settings.pcm_hz)
            try:
                async with aclosing(self._body(text)) as body:
                    async for piece in body:
                        pcm = sound.feed(piece)
                        if pcm.size:
                            yield VoiceChunk(pcm)
                yield VoiceChunk(sound.finish())
            except Broken as error:
                again = isinstance(error, Again) or error.what == "the server gave no sound"
                if sound.samples or attempt == TRIES or not again:
                    raise Broken(error.what, error.todo) from error
                log.warning("asked again: %s", error.what)
            else:
                return

    async def close(self) -> None:
        """Closes the connections; may be called twice."""
        if self._server is not None:
            server, self._server = self._server, None
            await server.close()

    async def _body(self, text: str) -> AsyncGenerator[bytes, None]:
        """The bytes of the sound, out of events where the server sends such."""
        assert self._server is not None, "load() first"
        settings = self._settings
        asked = {"model": settings.model, "voice": settings.voice, "input": text, "response_format": settings.format}
        content = msgspec.json.encode(asked | settings.extra)
        answer = self._server.ask("/audio/speech", content, "application/json", settings.first_s, settings.between_s)
        reader, headers = SseReader(), 0
        async with aclosing(answer) as pieces:
            async for kind, piece in pieces:
                if not kind.startswith("text/event-stream"):
                    yield piece
                    continue
                for data in reader.feed(piece):
                    if sound := _sound_of(data):
                        yield _open_ended(sound, again=headers > 0)
                        headers += sound.startswith(b"RIFF")


def _sound_of(data: str) -> bytes:
    if data == "[DONE]":
        return b""
    try:
        return msgspec.json.decode(data.encode(), type=Event).sound
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Broken("the server sent an event that is no sound", SEE_LOG) from error


def _open_ended(sound: bytes, *, again: bool) -> bytes:
    """Some servers send each event as a WAV file of its own: the first header then says nothing of the whole length, the
    ones behind it are left out."""
    at = sound.find(b"data", 12) if sound.startswith(b"RIFF") else -1
    if at < 0:
        return sound
    return sound[at + 8 :] if again else sound[: at + 4] + b"\xff" * 4 + sound[at + 8 :]
