"""Engine seams of vad: where sound comes from, and what tells speech from silence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from bus.messages import Echo, PlayedEnvelope

RATE_HZ = 16_000
WINDOW = 512
"""Samples in one window: 32 ms at 16 kHz, what silero VAD takes."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One window of the microphone: 512 samples, int16, 16 kHz, mono; `at_ns` is the capture time of the first sample."""

    pcm: NDArray[np.int16]
    at_ns: int


class Microphone(Protocol):
    """Gives the sound of the call in windows of 32 ms, in real time."""

    async def open(self) -> None:
        """Takes the device or file. Raises Wrong or Fatal with what to do."""

    def resume(self, began_ns: int, from_ns: int) -> None:
        """Told before `windows`, after a restart: the source began then, and was heard up to `from_ns` (0: not known)."""

    def windows(self) -> AsyncIterator[Sound]:
        """Yields windows as they are captured; ends only when the source has an end (a file)."""
        ...

    async def close(self) -> None:
        """Gives the device back; may be called twice."""


@runtime_checkable
class PageMicrophone(Microphone, Protocol):
    """A microphone that is elsewhere: its sound is handed over as it arrives."""

    def hand_over(self, pcm: NDArray[np.int16], at_ns: int) -> None:
        """Takes samples (16 kHz, mono, any number) that were captured from `at_ns` on; never blocks."""


@runtime_checkable
class GuardedMicrophone(Microphone, Protocol):
    """A microphone that may hear the avatar's own loudspeaker, and keeps that to itself."""

    def played(self, envelope: PlayedEnvelope) -> None:
        """What the loudspeaker plays, a little ahead."""

    def echo(self, now_ns: int) -> Echo | None:
        """What is new of the echo; None where nothing is."""
        ...

    def expect(self, echo: Echo) -> None:
        """Told before `open`, after a restart: what was known of the echo."""


class SpeechDetector(Protocol):
    """Tells how likely a window holds speech."""

    def load(self) -> None:
        """Loads the model (blocking). Raises Fatal with what to do."""

    def probability(self, window: NDArray[np.int16]) -> float:
        """Speech probability 0..1 of 512 samples at 16 kHz; keeps state between calls."""
        ...

    def reset(self) -> None:
        """Forgets what was heard before."""
