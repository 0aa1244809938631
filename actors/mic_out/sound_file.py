"""File speaker: everything that is heard is written down, silence included."""

from __future__ import annotations

import logging
from typing import Annotated, ClassVar

import msgspec

from actors.mic_out.engine import Pull
from actors.mic_out.pacer import BLOCK_SAMPLES, pace
from actors.take import SoundTake, make_folder
from bus.messages import RATE_HZ

log = logging.getLogger(__name__)


class FileSpeakerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the recording goes."""

    record: Annotated[str, msgspec.Meta(extra={"path": "output"})] = "recording"
    """Folder of the recording; the sound parts come to lie in its `parts` folder."""
    audible_on_page: bool = False
    """Also let the stage page hear it."""


class FileSpeaker:
    """Turns pulls into a sound take. A full disk ends the recording, never the sound."""

    Settings: ClassVar = FileSpeakerSettings
    audible_in_room = False

    def __init__(self, settings: FileSpeakerSettings) -> None:
        self.settings = settings
        self._take: SoundTake | None = None

    @property
    def audible_on_page(self) -> bool:
        """As set."""
        return self.settings.audible_on_page

    async def open(self) -> None:
        """Makes the folder. Raises Wrong when that cannot be."""
        self._take = SoundTake(make_folder(self.settings.record), "voice", RATE_HZ)

    async def play(self, pull: Pull) -> None:
        """Pulls and writes 10 ms every 10 ms."""

        def step(at_ns: int) -> None:
            pcm = pull(BLOCK_SAMPLES, at_ns)
            if self._take is not None:
                try:
                    self._take.write(pcm, at_ns)
                except OSError as error:
                    self._give_up(error)

        await pace(step)

    async def close(self) -> None:
        """Completes the part in hand."""
        if self._take is not None:
            try:
                self._take.close()
            except OSError as error:
                self._give_up(error)
        self._take = None

    def _give_up(self, error: OSError) -> None:
        if self._take is not None:
            self._take.give_up()
            self._take = None
        log.error("recording of the voice stopped: %s; what was written so far is kept", error.strerror)
