"""Take: sound written to disk while it happens, in parts whose place in time is in their name.

A part is `parts/<kind>.<start_ns>.wav`: mono, 16 bit, its first sample at `start_ns` on this host's clock, sample n at
`start_ns + n / rate`. Until a part is closed its header says "endless", so that a killed process leaves a file that plays
(its true length is the file's size).
"""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bus.clock import SECOND
from bus.errors import Wrong

PARTS = "parts"
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
HEADER_BYTES = _HEADER.size
_ENDLESS = 0xFFFFFFFF
_LONGEST_FILL_S = 5
"""A longer gap begins a new part instead of writing silence."""
_LARGEST_BYTES = 2**31
_NAME = re.compile(r"(?P<kind>[a-z]+)\.(?P<start>-?\d+)\.(?P<suffix>wav|mkv)")


class SoundTake:
    """Writes one kind of sound ("voice", "user"). Every method may raise OSError (a full disk); what was written stays."""

    def __init__(self, folder: Path, kind: str, rate_hz: int) -> None:
        self._folder = folder / PARTS
        self._kind = kind
        self._rate_hz = rate_hz
        self._file: FileIO | None = None
        self._start_ns = 0
        self._samples = 0

    def write(self, pcm: NDArray[np.int16], at_ns: int) -> None:
        """Appends samples (int16) captured or heard at `at_ns`.

        Jitter below one block is ignored; a gap is filled with silence; what overlaps by more than a block is left out.
        """
        if self._file is None:
            self._begin(at_ns)
        gap = round((at_ns - self._start_ns) * self._rate_hz / SECOND) - self._samples
        if gap > _LONGEST_FILL_S * self._rate_hz or self._samples * 2 > _LARGEST_BYTES:
            self.close()
            self._begin(at_ns)
        elif gap > pcm.size:
            self._append(np.zeros(gap, np.int16))
        elif gap < -pcm.size:
            pcm = pcm[-gap:]
        self._append(pcm)

    def close(self) -> None:
        """Completes the header of the part in hand; may be called twice. A later `write` begins a new part."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with file:
            file.flush()
            file.seek(0)
            file.write(_header(self._rate_hz, self._samples * 2))

    def give_up(self) -> None:
        """After an error, which was told: completes what can be completed, and lets the file go."""
        with suppress(OSError):
            self.close()

    def _begin(self, at_ns: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._start_ns, self._samples = at_ns, 0
        self._file = (self._folder / f"{self._kind}.{at_ns}.wav").open(
            "wb", buffering=0
        )  # a killed process loses nothing
        self._file.write(_header(self._rate_hz, None))

    def _append(self, pcm: NDArray[np.int16]) -> None:
        assert self._file is not None
        self._file.write(pcm.astype("<i2", copy=False).tobytes())
        self._samples += pcm.size


@dataclass(frozen=True, slots=True)
class Part:
    """A part on disk: what it holds and when it starts."""

    path: Path
    kind: str
    start_ns: int


@dataclass(frozen=True, slots=True)
class SoundPart:
    """Samples of a part, mapped from the file: int16, mono."""

    start_ns: int
    rate_hz: int
    pcm: NDArray[np.int16]


def make_folder(record: str) -> Path:
    """The folder of a recording, made if it is not there. Raises Wrong when that cannot be."""
    folder = Path(record)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Wrong(f"cannot record into {folder}: {error.strerror}", "choose another folder: `record`") from error
    return folder


def find_parts(folder: Path, kind: str) -> list[Part]:
    """All parts of a kind under `folder`/parts, in the order of time."""
    found = []
    for path in (folder / PARTS).glob(f"{kind}.*"):
        if name := _NAME.fullmatch(path.name):
            found.append(Part(path, name["kind"], int(name["start"])))
    return sorted(found, key=lambda part: part.start_ns)


def read_sound(part: Part) -> SoundPart | None:
    """Maps the samples of a sound part, also of one whose writer was killed; None when not even its header was written."""
    size = part.path.stat().st_size
    if size < HEADER_BYTES:
        return None
    with part.path.open("rb") as file:
        rate_hz = int(_HEADER.unpack(file.read(HEADER_BYTES))[7])
    count = (size - HEADER_BYTES) // 2
    if not count:
        return SoundPart(part.start_ns, rate_hz, np.zeros(0, np.int16))
    pcm = np.memmap(part.path, dtype="<i2", mode="r", offset=HEADER_BYTES, shape=(count,))
    return SoundPart(part.start_ns, rate_hz, pcm)


def _header(rate_hz: int, data_bytes: int | None) -> bytes:
    """The 44 bytes of a WAV header: mono, 16 bit; None: endless (as streams do it)."""
    riff = _ENDLESS if data_bytes is None else HEADER_BYTES - 8 + data_bytes
    data = _ENDLESS if data_bytes is None else data_bytes
    return _HEADER.pack(b"RIFF", riff, b"WAVE", b"fmt ", 16, 1, 1, rate_hz, rate_hz * 2, 2, 16, b"data", data)
