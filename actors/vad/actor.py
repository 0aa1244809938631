"""Vad: sound of the call in, utterances and their edges out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from actors.vad.again import Again
from actors.vad.endpointer import Endpointer, Noticed
from actors.vad.engine import GuardedMicrophone, Microphone, PageMicrophone, Sound, SpeechDetector
from actors.vad.meter import Meter
from actors.vad.recording import Recording
from actors.vad.settings import VadSettings
from actors.vad.silero import Silero
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Echo, Level, Listening, PageSound, PlayedEnvelope, SoundBegan, SoundEnded
from bus.messages.message import Message

log = logging.getLogger(__name__)

Heard = Noticed | Echo | Level | Listening | SoundEnded


class Vad(Actor):
    """Listens to the microphone for as long as it lasts. Everything it sends carries the capture time of its sound."""

    engines: ClassVar[Mapping[str, str]] = {
        "file": "actors.vad.sound_file:SoundFile",
        "device": "actors.vad.device:DeviceMicrophone",
        "web": "actors.vad.page:Page",
        "fake": "actors.vad.fake:FakeMicrophone",
    }
    auto: ClassVar[tuple[str, ...]] = ("device", "web")
    only_for: ClassVar = {PlayedEnvelope: ("device",)}
    Settings = VadSettings

    def __init__(self, microphone: Microphone, settings: VadSettings, detector: SpeechDetector | None = None) -> None:
        self.microphone = microphone
        self.settings = settings
        self.detector: SpeechDetector = detector or Silero()
        self._endpointer = Endpointer(settings)
        self._meter = Meter(settings.level_hz)
        self._recording = Recording(settings.record)
        path = getattr(getattr(microphone, "settings", None), "path", "")
        self._source = f"{type(microphone).__name__} {path}".rstrip()
        self._began_ns = self._from_ns = 0
        self._page = Again(self.unit)

    async def start(self) -> None:
        """Loads the detector's model (50 ms)."""
        self.detector.load()

    async def restore(self, state: Message) -> None:
        """It goes on where the process before this one was, in the middle of a word."""
        if isinstance(state, SoundBegan) and state.source == self._source:
            self._began_ns = state.at_ns
        elif isinstance(state, Listening):
            self._from_ns = state.from_ns
            self._endpointer.resume(state)
        elif isinstance(state, Echo) and isinstance(self.microphone, GuardedMicrophone):
            self.microphone.expect(state)

    async def activate(self) -> None:
        """Takes the microphone."""
        if self._began_ns:
            self.microphone.resume(self._began_ns, self._from_ns)
        await self.microphone.open()
        self._recording.open()

    async def on_page_sound(self, page_sound: PageSound, emit: Emit[Heard]) -> None:
        """The browser's sound, for the microphone that takes it."""
        if isinstance(self.microphone, PageMicrophone):
            self._page.keep(page_sound.at_ns, emit.cause)
            whole = len(page_sound.payload) // 2 * 2
            self.microphone.hand_over(np.frombuffer(page_sound.payload[:whole], dtype="<i2"), page_sound.at_ns)

    async def on_envelope(self, envelope: PlayedEnvelope) -> None:
        """What the loudspeaker plays, for the microphone that may hear it."""
        if isinstance(self.microphone, GuardedMicrophone):
            self.microphone.played(envelope)

    async def run(self, emit: Emit[Heard | SoundBegan]) -> None:
        """Hears window after window until the source ends."""
        end_ns = 0
        async for sound in self.microphone.windows():
            if not self._began_ns:
                self._began_ns = sound.at_ns
                await emit(SoundBegan(at_ns=sound.at_ns, source=self._source), t0=sound.at_ns)
            await self._hear(sound, emit)
            end_ns = sound.at_ns
        log.info("sound ended")
        await emit(SoundEnded(at_ns=end_ns), t0=end_ns)

    async def stop(self) -> None:
        """Gives the microphone back and closes the recording."""
        await self.microphone.close()
        self._recording.close()

    async def _hear(self, sound: Sound, emit: Emit[Heard]) -> None:
        self._recording.write(sound)
        # On the loop itself: 0.25 ms is less than handing it to a thread and back.
        probability = self.detector.probability(sound.pcm)
        for message in self._endpointer.hear(sound, probability):
            await emit(message, t0=message.at_ns)
        if listening := self._endpointer.news():
            await emit(listening, t0=listening.heard_ns)
            self._page.let_go(listening.from_ns)
        if level := self._meter.hear(sound, probability):
            await emit(level, t0=sound.at_ns)
        if isinstance(self.microphone, GuardedMicrophone) and (echo := self.microphone.echo(sound.at_ns)):
            await emit(echo, t0=sound.at_ns)
