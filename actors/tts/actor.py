"""Tts: the voice of the avatar. Sentences in, sound with phonemes and words out."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from actors.tts.engine import Voice
from actors.tts.fare import Fare
from actors.tts.resample import Resampler
from actors.tts.track import Track
from bus.actor import Actor
from bus.clock import now_ns
from bus.emit import Emit
from bus.errors import Broken, Wrong
from bus.messages import Sentence, SentenceEnd, SentencesDone, SpokenText, VoiceAudio, VoiceCost, VoiceDone


class TtsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of tts whatever its engine."""

    pause_ms: Annotated[int, msgspec.Meta(ge=0, le=2_000)] = 160
    """Silence between two sentences; half of it after a clause."""


class Tts(Actor):
    """Sentences in, voice out. A barge-in cancels the handler; leaving the block hushes the engine.

    It keeps nothing between two sentences: several processes may share a reply, and when one dies another speaks the
    sentence in its hands again, in the same pieces, of which the hub drops those that it has already.
    """

    engines: ClassVar = {
        "espeak": "actors.tts.espeak:Espeak",
        "fish": "actors.tts.fish:FishVoice",
        "openai": "actors.tts.openai:OpenaiVoice",
        "fake": "actors.tts.fake:FakeVoice",
    }
    auto: ClassVar[tuple[str, ...]] = ("fish", "openai", "espeak")
    Settings = TtsSettings
    replicable = True

    def __init__(self, voice: Voice, settings: TtsSettings | None = None) -> None:
        self._voice = voice
        self._settings = settings or TtsSettings()

    async def start(self) -> None:
        """Loads the voice, and the resampler's library, so that the first sentence does not wait for it."""
        await self._voice.load()
        Resampler(self._voice.rate_hz)

    async def stop(self) -> None:
        """Frees the voice."""
        await self._voice.close()

    async def on_sentence(
        self, sentence: Sentence, emit: Emit[VoiceAudio | SpokenText | SentenceEnd | VoiceCost]
    ) -> None:
        """Speaks it. A sentence that fails has an end, too: the reply goes on behind it."""
        track, fare = Track(sentence.index, sentence.text, self._voice.rate_hz), Fare(now_ns())
        await emit(track.guess())
        try:
            async with self._voice.speak(sentence.text, sentence.language) as chunks:
                async for chunk in chunks:
                    fare.note(chunk, now_ns())
                    for piece in track.lay(chunk):
                        await emit(piece)
        except (Broken, Wrong) as error:
            for rest in track.break_off():
                await emit(rest)
            await emit(track.end(self._settings.pause_ms))
            await emit(fare.cost(sentence.index, track.position, error.what))
            raise Broken(error.what, error.todo) from error  # a key that is refused from now on may be good again
        for rest in track.finish():
            await emit(rest)
        await emit(track.end(self._settings.pause_ms))
        await emit(fare.cost(sentence.index, track.position))

    async def on_sentences_done(self, done: SentencesDone, emit: Emit[VoiceDone]) -> None:
        """So many sentences there are, whoever speaks them."""
        await emit(VoiceDone(sentences=done.sentences))
