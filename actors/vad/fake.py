"""Fakes of vad's engines: a microphone that plays a script, and a detector that reads the answer from the sound."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from bus.clock import SECOND

WINDOW_NS = WINDOW * SECOND // RATE_HZ
LOUD = 8_000
"""Amplitude of the scripted speech: a tone of 250 Hz."""
QUIET = 4


class FakeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is heard: "." is a window of silence, "#" one of speech."""

    script: str = "." * 10 + "#" * 30 + "." * 20
    start_ns: int = SECOND


class FakeMicrophone:
    """Plays its script at once, without waiting for the time to pass; then the sound has ended."""

    Settings: ClassVar = FakeSettings

    def __init__(self, settings: FakeSettings) -> None:
        self.settings = settings
        self.is_open = False
        self._from_ns = 0

    async def open(self) -> None:
        """Notes that it is open."""
        self.is_open = True

    def resume(self, began_ns: int, from_ns: int) -> None:
        """Leaves out what was heard."""
        self._from_ns = from_ns

    async def windows(self) -> AsyncIterator[Sound]:
        """Yields one window for each letter of the script."""
        for sound in play(self.settings.script, self.settings.start_ns):
            if sound.at_ns >= self._from_ns:
                yield sound

    async def close(self) -> None:
        """Notes that it is closed."""
        self.is_open = False


class FakeDetector:
    """A loud window is speech."""

    def load(self) -> None:
        """Nothing to load."""

    def probability(self, window: NDArray[np.int16]) -> float:
        """1 when the window is louder than the scripted silence, else 0."""
        return 1.0 if np.abs(window.astype(np.int32)).max() > QUIET else 0.0

    def reset(self) -> None:
        """Nothing to forget."""


def play(script: str, start_ns: int = SECOND) -> Iterable[Sound]:
    """The windows of a script."""
    tone = np.sin(2 * np.pi * 250 * np.arange(WINDOW) / RATE_HZ)
    for index, letter in enumerate(script):
        amplitude = LOUD if letter == "#" else QUIET
        yield Sound((amplitude * tone).astype(np.int16), start_ns + index * WINDOW_NS)
