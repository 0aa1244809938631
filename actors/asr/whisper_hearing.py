"""Hearing of one utterance by Whisper: partial passes while it goes on, a final one in each silence that may be its end.

Whisper hears the whole utterance in each pass. Passes run beside the sound that still comes in, one at a time, as often as
`pace.py` allows. The final pass begins in the first silence; when vad says that this was the end, its words are there.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from actors.asr.agreement import Agreement
from actors.asr.engine import RATE_HZ, Cost, Transcript
from actors.asr.pace import Pace
from actors.asr.tongue import LEAST_MS, Tongue
from actors.asr.whisper_decoder import Decoded, Decoder
from actors.asr.whisper_settings import WhisperSettings
from bus.errors import Stuck
from bus.off_loop import OffLoop

LONGEST_PARTIAL_MS = 28_000
"""A pass hears 30 s at once; of what is longer there are only final words."""


@dataclass(slots=True, eq=False)
class Pass:
    """One pass of the model over the utterance's first `samples`."""

    samples: int
    final: bool
    stop: threading.Event = field(default_factory=threading.Event)
    task: asyncio.Task[Decoded] | None = None

    async def words(self) -> Decoded:
        """What it has heard, once it is done."""
        assert self.task is not None
        return await self.task

    def drop(self) -> None:
        """Its words are not needed any more."""
        self.stop.set()
        if self.task is not None:
            self.task.cancel()


class WhisperHearing:
    """Sound in, agreed partial words and the final ones out."""

    def __init__(
        self, decoder: Decoder, off_loop: OffLoop, pace: Pace, tongue: Tongue, settings: WhisperSettings
    ) -> None:
        self._decoder = decoder
        self._off_loop = off_loop
        self._pace = pace
        self._tongue = tongue
        self._settings = settings
        self._language: str | None = None
        self._agreement = Agreement()
        self._pieces: list[NDArray[np.int16]] = []
        self._samples = 0
        self._end = 0
        """Samples up to the silence in which the utterance may have ended; all of them while somebody speaks."""
        self._running: Pass | None = None
        self._heard: tuple[int, Decoded] | None = None
        """The last final pass that is done, and of how many samples."""
        self._passes = 0
        pace.begin()

    async def hear(self, pcm: NDArray[np.int16], quiet_ms: int = 0) -> str | None:
        """Takes the next samples and returns at once; gives what a pass has found out meanwhile."""
        if pcm.size:
            self._pieces.append(pcm)
            self._samples += pcm.size
        silence = self._settings.silence_ms
        self._end = (
            self._samples - max(0, quiet_ms - silence) * RATE_HZ // 1000 if quiet_ms >= silence else self._samples
        )
        text = self._collect()
        self._begin_pass(quiet_ms)
        return text

    async def finish(self) -> Transcript:
        """The final words; those of the pass in the silence, if nothing was said after it. Raises Stuck."""
        if not self._end:
            return Transcript("", self._language or self._settings.language or "")
        try:
            async with asyncio.timeout(self._settings.most_s):
                decoded = await self._final()
        except TimeoutError:
            raise Stuck(f"whisper has not come back for {self._settings.most_s:g} s", "it is started again") from None
        factor = decoded.took_ms * RATE_HZ / 1000 / self._end
        cost = Cost(decoded.took_ms, factor, self._passes, self._pace.skipped, decoded.dropped)
        return Transcript(decoded.text, decoded.language, decoded.words, cost)

    async def cancel(self) -> None:
        """Drops the utterance. A pass that the model is in ends by itself, and nobody waits for it."""
        if self._running is not None:
            self._running.drop()
            self._running = None
        self._pieces.clear()
        self._samples = self._end = 0

    async def _final(self) -> Decoded:
        running, self._running = self._running, None
        if self._heard is not None and self._heard[0] == self._end:
            if running is not None:
                running.drop()
            return self._heard[1]
        if running is not None and running.final and running.samples == self._end:
            return await running.words()
        if running is not None:
            running.drop()
        return await self._start(self._end, final=True).words()

    def _collect(self) -> str | None:
        running = self._running
        if running is None or running.task is None or not running.task.done():
            return None
        self._running = None
        decoded = running.task.result()
        if running.final:
            self._heard = (running.samples, decoded)
        else:
            self._pace.took(decoded.took_ms)
        return self._agreement.hear(decoded.text.split())

    def _begin_pass(self, quiet_ms: int) -> None:
        busy = self._running is not None
        if quiet_ms >= self._settings.silence_ms:
            known = self._heard is not None and self._heard[0] == self._end
            if not busy and not known and not self._pace.slow:
                self._running = self._start(self._end, final=True)
            return
        sound_ms = self._samples * 1000 // RATE_HZ
        if quiet_ms or sound_ms > LONGEST_PARTIAL_MS or not (self._tongue.known or sound_ms >= LEAST_MS):
            return
        if self._pace.due(sound_ms, busy=busy):
            self._running = self._start(self._samples, final=False)

    def _start(self, samples: int, *, final: bool) -> Pass:
        pcm = np.concatenate(self._pieces)
        self._pieces = [pcm]
        self._passes += 1
        begun = Pass(samples, final)
        begun.task = asyncio.create_task(self._off_loop.run(self._decode, pcm[:samples], begun), name="whisper")
        return begun

    def _decode(self, pcm: NDArray[np.int16], begun: Pass) -> Decoded:
        """In the model's thread. The language is found out once, as soon as there is enough to find it out from."""
        language = self._language
        if language is None:
            language, settled = self._tongue.choose(pcm.size * 1000 // RATE_HZ, lambda: self._decoder.guess(pcm))
            self._language = language if settled else None
        return self._decoder.decode(pcm, language, final=begun.final, stop=begun.stop)
