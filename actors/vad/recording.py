"""Recording of what vad hears, where one is asked for."""

from __future__ import annotations

import logging

from actors.take import SoundTake, make_folder
from actors.vad.engine import RATE_HZ, Sound

log = logging.getLogger(__name__)


class Recording:
    """Writes windows to `parts/user.*.wav` in a folder; without a folder nothing is kept."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._take: SoundTake | None = None

    def open(self) -> None:
        """Makes the folder. Raises Wrong when that cannot be."""
        if self._folder is not None:
            self._take = SoundTake(make_folder(self._folder), "user", RATE_HZ)

    def write(self, sound: Sound) -> None:
        """Keeps a window. A full disk ends the recording, never the call."""
        if self._take is None:
            return
        try:
            self._take.write(sound.pcm, sound.at_ns)
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Completes the part in hand; may be called twice."""
        if self._take is not None:
            try:
                self._take.close()
                self._take = None
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        log.warning("recording stopped", extra={"error": error.strerror})
        if self._take is not None:
            self._take.give_up()
            self._take = None
