"""Tts: the voice of the avatar. Sentences in, sound with phonemes and words out."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from actors.tts.engine import Voice
from actors.tts.resample import Resampler
from actors.tts.track import Track
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Sentence, SentencesDone, SpokenText, VoiceAudio, VoiceDone


class TtsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of tts whatever its engine."""

    pause_ms: Annotated[int, msgspec.Meta(ge=0, le=2_000)] = 160
    """Silence between two sentences; half of it after a clause."""


class Tts(Actor):
    """Sentences in, voice out. A barge-in cancels the handler; leaving the block hushes the engine.

    A reply is one unit, since each sentence begins where the one before ended: a successor speaks all of them again, and
    the hub drops what it has already.
    """

    engines: ClassVar = {"espeak": "actors.tts.espeak:Espeak", "fake": "actors.tts.fake:FakeVoice"}
    Settings = TtsSettings

    def __init__(self, voice: Voice, settings: TtsSettings | None = None) -> None:
        self._voice = voice
        self._settings = settings or TtsSettings()
        self._reply = (-1, -1)
        self._track: Track | None = None

    async def start(self) -> None:
        """Loads the voice, and the resampler's library, so that the first sentence does not wait for it."""
        await self._voice.load()
        Resampler(self._voice.rate_hz)

    async def stop(self) -> None:
        """Frees the voice."""
        await self._voice.close()

    async def on_sentence(self, sentence: Sentence, emit: Emit[VoiceAudio | SpokenText]) -> None:
        """Speaks it after what the reply has said so far."""
        track = self._track_of(emit.cause.turn, emit.cause.gen)
        self.unit.hold(emit.cause)
        for piece in track.begin(sentence.index, sentence.text):
            await emit(piece)
        await emit(track.guess())
        async with self._voice.speak(sentence.text, sentence.language) as chunks:
            async for chunk in chunks:
                for piece in track.lay(chunk):
                    await emit(piece)
        for rest in track.finish():
            await emit(rest)

    async def on_sentences_done(self, done: SentencesDone, emit: Emit[VoiceDone]) -> None:
        """All is said."""
        track = self._track_of(emit.cause.turn, emit.cause.gen)
        await emit(VoiceDone(samples=track.position))
        self.unit.finish()

    def _track_of(self, turn: int, gen: int) -> Track:
        if self._track is None or self._reply != (turn, gen):
            self.unit.finish()
            self._reply, self._track = (turn, gen), Track(self._voice.rate_hz, self._settings.pause_ms)
        return self._track
