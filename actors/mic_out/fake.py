"""Fake speaker: a test pulls by hand, on a virtual clock."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.mic_out.engine import Pull
from bus.clock import SECOND
from bus.messages import RATE_HZ


class FakeSpeakerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the fake pretends."""

    audible_on_page: bool = False
    audible_in_room: bool = False


class FakeSpeaker:
    """Turns `listen(ms)` into pulls; time stands still in between."""

    Settings: ClassVar = FakeSpeakerSettings

    def __init__(self, settings: FakeSpeakerSettings) -> None:
        self.settings = settings
        self.now_ns = 0
        self.is_open = False
        self._pull: Pull | None = None

    @property
    def audible_on_page(self) -> bool:
        """As set."""
        return self.settings.audible_on_page

    @property
    def audible_in_room(self) -> bool:
        """As set."""
        return self.settings.audible_in_room

    @property
    def is_playing(self) -> bool:
        """Whether `listen` would hear anything."""
        return self._pull is not None

    async def open(self) -> None:
        """Counts as taken."""
        self.is_open = True

    async def play(self, pull: Pull) -> None:
        """Keeps `pull` for `listen`."""
        self._pull = pull
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Counts as given back."""
        self.is_open = False

    def listen(self, ms: int, block_ms: int = 10) -> NDArray[np.int16]:
        """What is heard in the next `ms`."""
        assert self._pull is not None
        heard = []
        for _ in range(ms // block_ms):
            samples = block_ms * RATE_HZ // 1000
            heard.append(self._pull(samples, self.now_ns))
            self.now_ns += samples * SECOND // RATE_HZ
        return np.concatenate(heard)
