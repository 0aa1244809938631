"""Server sound: bytes of a speech server in, samples out. WAV, or bare 16-bit PCM that should have had a header and has none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.tts.resample import Resampler
from bus.errors import Broken

UNKNOWN_SIZES = (0, 0x7FFFFFFF, 0x80000000)
"""From the last one on, and the first two: lengths in the headers of streams, whose end nobody knew."""
MOST_HEADER = 64 * 1024
WRAPPED_FROM, LOUD_BEFORE = -30_000, 20_000
"""A sample below the one behind one above the other has wrapped around: full scale, cast without clipping."""
SEE_LOG = "see the server's log"


class ServerSound:
    """One answer. `feed` takes its pieces, however they are cut; `finish` says whether it was whole."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._rest = b""
        self._begun = False
        self._resampler: Resampler | None = None
        self._left: int | None = None
        self._last = 0
        self.samples = 0
        """So many came, as the server made them."""

    @property
    def seconds(self) -> float:
        """So much sound came."""
        return self.samples / self._rate_hz

    def feed(self, piece: bytes) -> NDArray[np.int16]:
        """Samples at 48 kHz that can be given now. Raises Broken for a WAV file that is not 16-bit mono."""
        data = self._rest + piece
        if not self._begun and (opened := self._open(data)) is None:
            self._rest = data
            return np.zeros(0, np.int16)
        if not self._begun:
            data, self._begun = opened or b"", True
        if self._left is not None:
            data = data[: self._left]  # other chunks may follow the sound
        whole = len(data) - len(data) % 2
        self._rest = data[whole:]
        if self._left is not None:
            self._left -= whole
        return self._hear(data[:whole])

    def finish(self) -> NDArray[np.int16]:
        """What the resampler kept back. Raises Broken when nothing came, or less than was announced."""
        if self._left:
            raise Broken("the server's sound broke off", SEE_LOG)
        if not self.samples:
            raise Broken("the server gave no sound", SEE_LOG)
        assert self._resampler is not None
        return self._resampler.finish()

    def _hear(self, data: bytes) -> NDArray[np.int16]:
        pcm = np.frombuffer(data, "<i2").astype(np.int16)
        self.samples += pcm.size
        if not pcm.size:
            return pcm
        if self._resampler is None:
            self._resampler = Resampler(self._rate_hz)
        pcm = unwrapped(pcm, self._last)
        self._last = int(pcm[-1])
        return self._resampler.hear(pcm)

    def _open(self, data: bytes) -> bytes | None:
        """The sound behind the header; None while the header is not whole."""
        if len(data) < 4:
            return None
        if not data.startswith(b"RIFF"):
            return data
        at = 12
        while len(data) >= at + 8:
            name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
            if name == b"data":
                self._left = None if size in UNKNOWN_SIZES[:2] or size >= UNKNOWN_SIZES[2] - 64 else size
                return data[at + 8 :]
            if name == b"fmt " and len(data) >= at + 24:
                self._take_format(data[at + 8 : at + 24])
            at += 8 + size + size % 2
            if at > MOST_HEADER:
                raise Broken("the server's sound is no WAV file", SEE_LOG)
        return None

    def _take_format(self, fmt: bytes) -> None:
        channels, rate_hz = int.from_bytes(fmt[2:4], "little"), int.from_bytes(fmt[4:8], "little")
        bits = int.from_bytes(fmt[14:16], "little")
        if (channels, bits) != (1, 16) or not 8_000 <= rate_hz <= 192_000:
            raise Broken(
                f"the server's sound is {channels} x {bits} bits at {rate_hz} Hz, not 1 x 16", "set it to 16-bit mono"
            )
        self._rate_hz = rate_hz


def unwrapped(pcm: NDArray[np.int16], before: int) -> NDArray[np.int16]:
    """The sound without the clicks of samples that wrapped around. `before`: the sample before the first one."""
    low = np.flatnonzero(pcm < WRAPPED_FROM)
    if not low.size:
        return pcm
    mended = pcm.copy()
    for i in low:
        if (mended[i - 1] if i else before) > LOUD_BEFORE:
            mended[i] = 32_767
    return mended
