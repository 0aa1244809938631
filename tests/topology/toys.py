"""Toys: three little actors with engines, to try plans on."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Final, Level, PageSound, Partial, Sentence, SpeechChunk, VoiceAudio, VoiceDone


class EarSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    path: Annotated[str, msgspec.Meta(extra={"path": "input"})]
    stop_ms: Annotated[int, msgspec.Meta(ge=50, le=5_000)] = 300
    mode: Literal["near", "far"] = "near"
    gain: float = 1.0


class FileEar:
    Settings: ClassVar = EarSettings


class PageEarSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0


class PageEar:
    Settings: ClassVar = PageEarSettings
    needs_actors: ClassVar[tuple[str, ...]] = ("web",)


class ToySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0
    folder: Annotated[str, msgspec.Meta(extra={"path": "output"})] = ""
    quiet_ms: int = 10
    loud_ms: int = 20

    def __post_init__(self) -> None:
        if self.quiet_ms > self.loud_ms:
            raise ValueError("quiet_ms is above loud_ms")


class ToyEngine:
    Settings: ClassVar = ToySettings


class OwnSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: str = "en"


class Ear(Actor):
    name: ClassVar[str] = "vad"
    engines: ClassVar = {"file": "tests.topology.toys:FileEar", "page": "tests.topology.toys:PageEar"}

    async def on_sound(self, sound: PageSound, emit: Emit[SpeechChunk | Level]) -> None: ...


class Scribe(Actor):
    name: ClassVar[str] = "asr"
    engines: ClassVar = {"toy": "tests.topology.toys:ToyEngine"}
    Settings: ClassVar = OwnSettings

    async def on_speech(self, speech: SpeechChunk, emit: Emit[Partial | Final]) -> None: ...


class Reader(Actor):
    name: ClassVar[str] = "turn-manager"
    engines: ClassVar = {"toy": "tests.topology.toys:ToyEngine"}

    async def on_partial(self, partial: Partial) -> None: ...

    async def on_final(self, final: Final, emit: Emit[Sentence]) -> None: ...


class Mouth(Actor):
    name: ClassVar[str] = "tts"
    engines: ClassVar = {"toy": "tests.topology.toys:ToyEngine"}
    replicable: ClassVar[bool] = True

    async def on_sentence(self, sentence: Sentence, emit: Emit[VoiceAudio]) -> None: ...


class Listener(Actor):
    name: ClassVar[str] = "mic-out"
    engines: ClassVar = {"toy": "tests.topology.toys:ToyEngine"}

    async def on_audio(self, audio: VoiceAudio) -> None: ...

    async def on_done(self, done: VoiceDone) -> None: ...


class Page(Actor):
    name: ClassVar[str] = "web"
    engines: ClassVar = {"toy": "tests.topology.toys:ToyEngine"}

    async def run(self, emit: Emit[PageSound]) -> None: ...


TOYS: dict[str, type[Actor]] = {actor.name: actor for actor in (Ear, Scribe, Reader, Mouth, Listener, Page)}

GOOD = """\
[session]
name = "toys"

[actors.vad]
[actors.vad.settings]
path = "hello.wav"

[actors.asr]

[actors.turn-manager]

[actors.tts]
replicas = 2
"""
