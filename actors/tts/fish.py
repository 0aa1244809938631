"""Fish: a voice cloned by a Fish Speech server (OpenAudio S1-mini, S2), one clause a request.

Checked in the server's source (3dd1f85 and d3df505): `streaming` gives nothing before a whole segment is made, and plain text is
one segment; while it speaks it answers nobody, not even whether it is well; leaving does not stop it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, ClassVar

import msgspec

from actors.readiness import Readiness
from actors.secret import NAME
from actors.tts import speech_server
from actors.tts.engine import VoiceChunk
from actors.tts.server_sound import ServerSound
from actors.tts.speech_server import SEE_LOG, URL, Again, SpeechServer
from actors.tts.spelling import spell
from actors.unspeakable import has_words, is_unspeakable
from actors.weights import WeightFile, Weights
from bus.clock import MS, now_ns
from bus.errors import Broken, Wrong
from bus.messages import RATE_HZ

log = logging.getLogger(__name__)

NO_VOICE = "fish has no voice: without a name the server speaks in a random one"
NAME_IT = 'name one that the server has: voice = "..."'

FISH_RATE_HZ = 44_100
CHUNK_SAMPLES = RATE_HZ // 5
TRIES = 2
FASTEST_HZ = 50
"""Letters a second; nobody speaks half as fast. Sound that would be faster lacks most of its text."""
TOKENS_HZ = 21.5
"""Tokens of the model in a second of sound."""

_PAGE = "https://huggingface.co/fishaudio/openaudio-s1-mini"
S1_MINI = Weights(
    name="openaudio-s1-mini",
    files=tuple(
        WeightFile(name)
        for name in ("config.json", "model.pth", "codec.pth", "tokenizer.tiktoken", "special_tokens.json")
    ),
    source=f"{_PAGE}/resolve/main/",
    page=_PAGE,
    licence="CC-BY-NC-SA-4.0: no commercial use",
    about=3_610_000_000,
    gated=True,
)
"""For its server, which reads the folder as checkpoints/openaudio-s1-mini."""

Seconds = Annotated[float, msgspec.Meta(gt=0, le=600)]


class FishSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the server is, whose voice, how freely it speaks."""

    url: Annotated[str, msgspec.Meta(pattern=URL)] = "http://127.0.0.1:8080"
    """Address of the server."""
    voice: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_ -]*$")] = ""
    """Name of a voice that the server has (see `references` there). It must be named: without it the model makes one up."""
    api_key: Annotated[str, msgspec.Meta(pattern=f"^$|{NAME}")] = ""
    """Name of the variable that holds the key, in the environment or in the file .env. Never the key itself."""
    streaming: bool = False
    """Ask for the sound as it is made. Of use with a patched server only: others make a clause whole before they send it."""
    seed: int = 7
    """The same seed and text give the same sound."""
    temperature: Annotated[float, msgspec.Meta(ge=0.1, le=1)] = 0.7
    """How lively it speaks; higher slips more often."""
    top_p: Annotated[float, msgspec.Meta(ge=0.1, le=1)] = 0.8
    """Among the likeliest tokens that make up this share."""
    repetition_penalty: Annotated[float, msgspec.Meta(ge=0.9, le=2)] = 1.1
    """S1 only."""
    max_new_tokens: Annotated[int, msgspec.Meta(ge=64, le=4096)] = 1024
    """Longest clause; a second takes about 21.5."""
    start_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 600.0
    """How long a server may take to start; with COMPILE=1 it takes minutes."""
    connect_s: Seconds = 3.0
    """Longest wait for a connection."""
    first_s: Seconds = 20.0
    """Longest wait for the sound of a clause; a clause that was broken off is made to its end first."""
    between_s: Seconds = 10.0
    """Longest wait for the rest of it."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the server is asked. Numbers with a point must be sent as such: it takes no 1 for 1.0."""

    text: str
    reference_id: str | None
    seed: int
    temperature: float
    top_p: float
    repetition_penalty: float
    max_new_tokens: int
    streaming: bool
    format: str = "wav"
    chunk_length: int = 200
    use_memory_cache: str = "on"
    """Otherwise the reference is encoded anew for every clause."""
    normalize: bool = False


class References(msgspec.Struct, frozen=True):
    """The voices that a server has."""

    reference_ids: list[str] = []


class FishVoice:
    """One clause after the other. Leaving a clause leaves its connection; the server finishes it unheard."""

    Settings: ClassVar = FishSettings
    pullable: ClassVar[tuple[Weights, ...]] = (S1_MINI,)

    def __init__(self, settings: FishSettings) -> None:
        self._settings = settings
        self._server: SpeechServer | None = None
        self._left_ns: int | None = None
        """When a clause was left that the server still makes."""
        self._waited_ms = 0.0

    @property
    def rate_hz(self) -> int:
        """48,000: it is resampled here from whatever the server's header says."""
        return RATE_HZ

    @classmethod
    def ready(cls, settings: FishSettings) -> Readiness:
        """Whether a voice is named, the server takes connections, and the key is there."""
        if not settings.voice:
            return Readiness(ok=False, why=NO_VOICE, todo=NAME_IT)
        return speech_server.ready(settings.url, settings.api_key, S1_MINI)

    async def load(self) -> None:
        """Waits for the server. Raises Wrong for a voice that it does not have: it would speak in a random one."""
        settings = self._settings
        if not settings.voice:
            raise Wrong(NO_VOICE, NAME_IT)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each request, with its address
        await self.close()
        server = self._server = SpeechServer(settings.url, settings.api_key, settings.connect_s)
        response = await server.wait_for("/v1/references/list", settings.start_s)
        if response is None:
            raise Wrong(f"the server at {settings.url} has no list of voices", "is it a Fish Speech server?")
        try:
            voices = msgspec.json.decode(response.content, type=References).reference_ids
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise Wrong(f"{settings.url} is no Fish Speech server", "correct url, without /v1") from error
        if settings.voice not in voices:
            some = f" (it has: {', '.join(sorted(voices)[:5])})" if voices else " (it has none)"
            raise Wrong(f"the server has no voice {settings.voice!r}{some}", "add it there, or correct voice")

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
            heard = False
            try:
                async with aclosing(self._attempt(text)) as chunks:
                    async for chunk in chunks:
                        heard = True
                        yield chunk
            except Again as error:
                if heard or attempt == TRIES:
                    raise Broken(error.what, error.todo) from error
                log.warning("asked again: %s", error.what)
            else:
                return

    async def _attempt(self, text: str) -> AsyncGenerator[VoiceChunk, None]:
        sound, pieces = ServerSound(FISH_RATE_HZ), bytearray()
        async with aclosing(self._body(text)) as body:
            async for piece in body:
                if self._settings.streaming:
                    pcm = sound.feed(piece)
                    if pcm.size:
                        yield VoiceChunk(pcm, waited_ms=self._take_wait())
                else:
                    pieces += piece
        try:
            first, rest = sound.feed(bytes(pieces)), sound.finish()
            self._check_length(text, sound.seconds)
        except Broken as error:  # of a whole clause nothing has been heard: it can be asked for again
            raise Again(error.what, error.todo) from error
        for pcm in (first, rest):
            for at in range(0, pcm.size, CHUNK_SAMPLES):
                yield VoiceChunk(pcm[at : at + CHUNK_SAMPLES], waited_ms=self._take_wait())

    def _check_length(self, text: str, seconds: float) -> None:
        """Raises Broken for much less sound than the text takes: a server that was interrupted sends such."""
        letters = sum(map(str.isalnum, text))
        if seconds < min(letters / FASTEST_HZ, self._settings.max_new_tokens / TOKENS_HZ / 2):
            raise Broken(f"the server gave {seconds:.2f} s of sound for {letters} letters", SEE_LOG)

    def _take_wait(self) -> float:
        """The wait that has not been told yet."""
        waited_ms, self._waited_ms = self._waited_ms, 0.0
        return waited_ms

    async def _body(self, text: str) -> AsyncGenerator[bytes, None]:
        assert self._server is not None, "load() first"
        settings, begun = self._settings, False
        content = msgspec.msgpack.encode(self._request(text))
        asked = self._server.ask("/v1/tts", content, "application/msgpack", settings.first_s, settings.between_s)
        started_ns = now_ns()
        try:
            async with aclosing(asked) as pieces:
                async for _, piece in pieces:
                    if not begun and self._left_ns is not None:
                        self._waited_ms = (now_ns() - started_ns) / MS
                        self._left_ns = None
                    begun = True
                    yield piece
        except (asyncio.CancelledError, GeneratorExit):
            self._left_ns = now_ns()
            raise

    def _request(self, text: str) -> Request:
        settings = self._settings
        return Request(
            text=text,
            reference_id=settings.voice or None,
            seed=settings.seed,
            temperature=float(settings.temperature),
            top_p=float(settings.top_p),
            repetition_penalty=float(settings.repetition_penalty),
            max_new_tokens=settings.max_new_tokens,
            streaming=settings.streaming,
        )

    async def close(self) -> None:
        """Closes the connections; may be called twice."""
        if self._server is not None:
            server, self._server = self._server, None
            await server.close()
