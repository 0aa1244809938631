"""Page speaker: nothing of its own sounds; what is heard goes out as messages, for the stage page."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from actors.mic_out.engine import Pull
from actors.mic_out.pacer import BLOCK_SAMPLES, pace


class PageSpeakerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The page has nothing to set."""


class PageSpeaker:
    """Turns real time into pulls."""

    Settings: ClassVar = PageSpeakerSettings
    needs_actors: ClassVar = ("web",)
    audible_on_page = True
    audible_in_room = False
    """The browser that plays it takes it out of its own microphone."""

    def __init__(self, settings: PageSpeakerSettings) -> None:
        self.settings = settings

    async def open(self) -> None:
        """Nothing to take."""

    async def play(self, pull: Pull) -> None:
        """Pulls 10 ms every 10 ms."""

        def step(at_ns: int) -> None:
            pull(BLOCK_SAMPLES, at_ns)

        await pace(step)

    async def close(self) -> None:
        """Nothing to give back."""
