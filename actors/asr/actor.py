"""Asr: utterances in, words out. Each utterance gets exactly one final text, empty when it held no words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from actors.asr.engine import RATE_HZ, Hearing, Recognizer
from bus import clock
from bus.actor import Actor
from bus.clock import MS
from bus.emit import Emit
from bus.messages import Final, Partial, RecognisedWord, RecognitionCost, SpeechChunk


class Asr(Actor):
    """Hands each piece of an utterance to the recogniser as it comes, so that little is left to do at the end."""

    engines: ClassVar[Mapping[str, str]] = {
        "pocketsphinx": "actors.asr.sphinx:Sphinx",
        "whisper": "actors.asr.whisper:Whisper",
        "fake": "actors.asr.fake:FakeRecognizer",
    }
    auto: ClassVar[tuple[str, ...]] = ("whisper", "pocketsphinx")

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self._hearing: Hearing | None = None
        self._utterance = 0
        self._samples = 0
        self._heard_ns = 0
        """When the last piece was captured."""

    async def start(self) -> None:
        """Loads the model."""
        await self.recognizer.load()

    async def on_speech(self, speech: SpeechChunk, emit: Emit[Partial | Final | RecognitionCost]) -> None:
        """Hears one piece. A piece of another utterance means that the open one was torn (vad began a new life)."""
        if speech.at_ns <= self._heard_ns:
            return  # heard from the vad before this one, which died before it could say so
        self._heard_ns = speech.at_ns
        if self._hearing is not None and (speech.utterance != self._utterance or speech.index == 0):
            await self._finish(emit)
        self.unit.hold(emit.cause)  # a successor needs the whole utterance
        if self._hearing is None:
            # Also with index > 0: after a restart, what is left of the utterance is heard from here.
            self._hearing = self.recognizer.listen()
            self._utterance, self._samples = speech.utterance, 0
        if speech.payload:
            pcm = np.frombuffer(speech.payload[: len(speech.payload) // 2 * 2], dtype="<i2")
            self._samples += pcm.size
            text = await self._hearing.hear(pcm, speech.quiet_ms)
            if text and not speech.last:
                await emit(Partial(utterance=self._utterance, text=text))
        if speech.last:
            await self._finish(emit)

    async def stop(self) -> None:
        """Drops an open utterance and frees the model."""
        if self._hearing is not None:
            hearing, self._hearing = self._hearing, None
            await hearing.cancel()
        await self.recognizer.close()

    async def _finish(self, emit: Emit[Partial | Final | RecognitionCost]) -> None:
        assert self._hearing is not None
        hearing, self._hearing = self._hearing, None
        began_ns = clock.now_ns()
        heard = await hearing.finish()
        late_ms = (clock.now_ns() - began_ns) / MS
        words = tuple(RecognisedWord(w.text, w.start_ms, w.end_ms, w.confidence) for w in heard.words)
        await emit(Final(utterance=self._utterance, text=heard.text, language=heard.language, words=words))
        cost, sound_ms = heard.cost, self._samples * 1000 / RATE_HZ
        await emit(
            RecognitionCost(
                utterance=self._utterance,
                sound_ms=round(sound_ms, 1),
                late_ms=round(late_ms, 3),
                decode_ms=round(cost.decode_ms, 3),
                real_time_factor=round(cost.real_time_factor, 4),
                passes=cost.passes,
                partials_skipped=cost.partials_skipped,
                passages_dropped=cost.passages_dropped,
            )
        )
        self.unit.finish()
