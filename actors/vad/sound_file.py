"""Sound file as a microphone: any file that soundfile reads, at any rate, in real time."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from actors.vad.wav_header import promised_frames
from bus import clock
from bus.errors import Wrong

log = logging.getLogger(__name__)

WINDOW_NS = WINDOW * clock.SECOND // RATE_HZ
MOST_MISSED_NS = 10 * clock.SECOND
"""One that was away for longer does not answer what was said long ago."""
BLOCK = 8_192
"""Frames read from the file at a time."""
_TODO = "give `path` a WAV or FLAC file"


class SoundFileSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which file, and how much silence around it."""

    path: Annotated[str, msgspec.Meta(min_length=1, extra={"path": "input"})]
    """WAV, FLAC or anything else that libsndfile reads; any rate, any number of channels (they are mixed)."""
    loop: bool = False
    """Begin again at the end, without a gap."""
    lead_in_ms: Annotated[int, msgspec.Meta(ge=0, le=60_000)] = 0
    """Silence before the file."""
    tail_ms: Annotated[int, msgspec.Meta(ge=0)] = 5_000
    """Silence after the file, so that the last answer can be heard; then the sound has ended."""


def open_sound(path: Path) -> Any:
    """The opened soundfile.SoundFile. Raises Wrong when it is missing, unreadable, empty or not a sound file."""
    import soundfile

    try:
        with path.open("rb") as raw:
            head = raw.read(12)
            promised = promised_frames(raw)
    except FileNotFoundError:
        raise Wrong(f"there is no sound file {path}", _TODO) from None
    except IsADirectoryError:
        raise Wrong(f"{path} is a folder, not a sound file", _TODO) from None
    except OSError as error:
        raise Wrong(f"the sound file {path} cannot be read: {error.strerror}", "check its permissions") from error
    if not head:
        raise Wrong(f"the sound file {path} is empty", _TODO)
    try:
        file = soundfile.SoundFile(str(path))
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: a name that ends in .raw
        raise Wrong(f"{path} is not a sound file that can be read", _TODO) from error
    if file.frames <= 0:
        file.close()
        raise Wrong(f"the sound file {path} holds no sound", _TODO)
    if promised is not None and promised > file.frames:
        missing_s = (promised - file.frames) / file.samplerate
        log.warning("sound file is cut short", extra={"missing_s": round(missing_s, 3)})
    return file


def examine_sound(path: Path) -> None:
    """Raises Wrong for what could not be played."""
    open_sound(path).close()


class SoundFile:
    """Plays a file into the call, window by window, each one when its last sample would have been captured."""

    Settings: ClassVar = SoundFileSettings
    examines: ClassVar[Mapping[str, Callable[[Path], object]]] = {"path": examine_sound}

    def __init__(self, settings: SoundFileSettings) -> None:
        self.settings = settings
        self._path = Path(settings.path)
        self._file: Any = None
        self._resample: Any = None
        self._began_ns = 0
        self._from_ns = 0

    async def open(self) -> None:
        """Opens the file. Raises Wrong when it is missing, unreadable, empty or not a sound file."""
        import soxr

        self._file = open_sound(self._path)
        self._resample = soxr.ResampleStream(self._file.samplerate, RATE_HZ, 1, dtype="float32")

    def resume(self, began_ns: int, from_ns: int) -> None:
        """What was heard is passed over; what nobody heard since comes at once, but no more than `MOST_MISSED_NS` of it."""
        self._began_ns, self._from_ns = began_ns, from_ns

    async def windows(self) -> AsyncIterator[Sound]:
        """Yields windows of 512 samples; ends after `tail_ms` of silence, never with `loop`."""
        opened_ns = clock.now_ns()
        start_ns = self._began_ns or opened_ns
        from_ns = max(self._from_ns, opened_ns - MOST_MISSED_NS) if self._from_ns else opened_ns
        for index, pcm in enumerate(self._windows()):
            if start_ns + index * WINDOW_NS < from_ns:
                continue
            # Absolute deadlines: a late wake-up does not delay the windows after it.
            await clock.sleep_until(start_ns + (index + 1) * WINDOW_NS)
            yield Sound(pcm, start_ns + index * WINDOW_NS)

    async def close(self) -> None:
        """Closes the file; may be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _windows(self) -> Iterator[NDArray[np.int16]]:
        waiting = np.zeros(self.settings.lead_in_ms * RATE_HZ // 1000, dtype=np.int16)
        for piece in self._pieces():
            waiting = np.concatenate([waiting, piece])
            whole = waiting.size - waiting.size % WINDOW
            yield from waiting[:whole].reshape(-1, WINDOW)
            waiting = waiting[whole:]
        tail = -(-(waiting.size + self.settings.tail_ms * RATE_HZ // 1000) // WINDOW) * WINDOW
        waiting = np.concatenate([waiting, np.zeros(tail - waiting.size, dtype=np.int16)])
        yield from waiting.reshape(-1, WINDOW)

    def _pieces(self) -> Iterator[NDArray[np.int16]]:
        """The file as int16 at 16 kHz, mono, piece by piece."""
        more = True
        while more:
            block = self._read()
            more = block.size > 0
            loud = self._resample.resample_chunk(block, last=not more)
            yield np.clip(np.round(loud * 32_768), -32_768, 32_767).astype(np.int16)
            if not more and self.settings.loop:
                self._file.seek(0)
                self._resample.clear()
                more = True

    def _read(self) -> NDArray[np.float32]:
        """The next frames, mixed to mono; none at the end, also when that is where the file breaks off."""
        import soundfile

        try:
            block = self._file.read(BLOCK, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            log.warning(
                "sound file is damaged", extra={"played_s": round(self._file.tell() / self._file.samplerate, 3)}
            )
            return np.zeros(0, dtype=np.float32)
        return np.asarray(block.mean(axis=1), dtype=np.float32)
