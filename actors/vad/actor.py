"""Vad: sound of the call in, utterances and their edges out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from actors.take import SoundTake, make_folder
from actors.vad.again import Again
from actors.vad.endpointer import Endpointer
from actors.vad.engine import RATE_HZ, Microphone, PageMicrophone, Sound, SpeechDetector
from actors.vad.meter import Meter
from actors.vad.settings import VadSettings
from actors.vad.silero import Silero
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Level, Listening, PageSound, SoundBegan, SoundEnded, SpeechChunk, SpeechEdge, SpeechTail
from bus.messages.message import Message

log = logging.getLogger(__name__)

Heard = Level | Listening | SoundEnded | SpeechChunk | SpeechEdge | SpeechTail


class Vad(Actor):
    """Listens to the microphone for as long as it lasts. Everything it sends carries the capture time of its sound."""

    engines: ClassVar[Mapping[str, str]] = {
        "file": "actors.vad.sound_file:SoundFile",
        "device": "actors.vad.device:DeviceMicrophone",
        "web": "actors.vad.page:Page",
        "fake": "actors.vad.fake:FakeMicrophone",
    }
    auto: ClassVar[tuple[str, ...]] = ("device", "web")
    Settings = VadSettings

    def __init__(self, microphone: Microphone, settings: VadSettings, detector: SpeechDetector | None = None) -> None:
        self.microphone = microphone
        self.settings = settings
        self.detector: SpeechDetector = detector or Silero()
        self._endpointer = Endpointer(settings)
        self._meter = Meter(settings.level_hz)
        self._take: SoundTake | None = None
        self._began_ns = 0
        self._from_ns = 0
        self._page = Again(self.unit)

    async def start(self) -> None:
        """Loads the detector's model (50 ms)."""
        self.detector.load()

    async def restore(self, state: Message) -> None:
        """It goes on where the process before this one was, in the middle of a word."""
        if isinstance(state, SoundBegan):
            self._began_ns = state.at_ns
        elif isinstance(state, Listening):
            self._from_ns = state.from_ns
            self._endpointer.resume(state)

    async def activate(self) -> None:
        """Takes the microphone."""
        if self._began_ns:
            self.microphone.resume(self._began_ns, self._from_ns)
        await self.microphone.open()
        if self.settings.record is not None:
            self._take = SoundTake(make_folder(self.settings.record), "user", RATE_HZ)

    async def on_page_sound(self, page_sound: PageSound, emit: Emit[Heard]) -> None:
        """The browser's sound, for the microphone that takes it."""
        if isinstance(self.microphone, PageMicrophone):
            self._page.keep(page_sound.at_ns, emit.cause)
            whole = len(page_sound.payload) // 2 * 2
            self.microphone.hand_over(np.frombuffer(page_sound.payload[:whole], dtype="<i2"), page_sound.at_ns)

    async def run(self, emit: Emit[Heard | SoundBegan]) -> None:
        """Hears window after window until the source ends."""
        end_ns = 0
        async for sound in self.microphone.windows():
            if not self._began_ns:
                self._began_ns = sound.at_ns
                await emit(SoundBegan(at_ns=sound.at_ns), t0=sound.at_ns)
            await self._hear(sound, emit)
            end_ns = sound.at_ns
        log.info("sound ended")
        await emit(SoundEnded(at_ns=end_ns), t0=end_ns)

    async def stop(self) -> None:
        """Gives the microphone back and closes the recording."""
        await self.microphone.close()
        if self._take is not None:
            self._take.close()
            self._take = None

    async def _hear(self, sound: Sound, emit: Emit[Heard]) -> None:
        self._record(sound)
        # On the loop itself: 0.25 ms is less than handing it to a thread and back.
        probability = self.detector.probability(sound.pcm)
        for message in self._endpointer.hear(sound, probability):
            await emit(message, t0=message.at_ns)
        if listening := self._endpointer.news():
            await emit(listening, t0=listening.heard_ns)
            self._page.let_go(listening.from_ns)
        if level := self._meter.hear(sound, probability):
            await emit(level, t0=sound.at_ns)

    def _record(self, sound: Sound) -> None:
        if self._take is None:
            return
        try:
            self._take.write(sound.pcm, sound.at_ns)
        except OSError as error:  # a full disk ends the recording, never the call
            log.warning("recording stopped", extra={"error": error.strerror})
            self._take = None
