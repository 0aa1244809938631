"""Film of a call as somebody would see and hear it: its streams, how loud each side is, how much the mouth moves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

MOUTH = slice(400, 510), slice(580, 700)
"""Rows and columns of the picture in which the drawn face's mouth is."""
QUIET = 0.003
"""RMS of full scale below which nobody speaks."""


@dataclass(frozen=True, slots=True)
class Film:
    """A decoded film. `left` and `right` are samples -1..1 at 48 kHz; `motion` is the mean change of the mouth's pixels
    (0..255) from the picture before, at `times` (s)."""

    codecs: tuple[str, str]
    size: tuple[int, int]
    channels: int
    rate_hz: int
    times: NDArray[np.float64]
    motion: NDArray[np.float64]
    left: NDArray[np.float32]
    right: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return self.left.size / self.rate_hz

    @property
    def fps(self) -> float:
        """Pictures a second, over the whole film."""
        return float(len(self.times) / self.seconds)

    def loudness(self, side: NDArray[np.float32], start_s: float, end_s: float) -> float:
        """RMS of a stretch."""
        piece = side[max(0, int(start_s * self.rate_hz)) : int(end_s * self.rate_hz)]
        return float(np.sqrt(np.mean(np.square(piece, dtype=np.float64)))) if piece.size else 0.0

    def speaks(self, side: NDArray[np.float32], window_s: float = 0.1) -> NDArray[np.bool_]:
        """Whether there is a voice, for each window."""
        size = int(window_s * self.rate_hz)
        whole = side[: side.size - side.size % size].reshape(-1, size)
        return np.asarray(np.sqrt(np.mean(np.square(whole, dtype=np.float64), axis=1)) > QUIET)

    def first_voice_s(self, side: NDArray[np.float32]) -> float:
        """When somebody is heard for the first time."""
        return float(np.argmax(self.speaks(side, 0.02)) * 0.02)


def read_film(path: Path) -> Film:
    """Decodes a film."""
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        picture.thread_type = "AUTO"
        codecs = (picture.codec_context.name, sound.codec_context.name)
        size = (picture.codec_context.width, picture.codec_context.height)
        channels, rate_hz = sound.codec_context.channels, int(sound.codec_context.rate)
        times: list[float] = []
        motion: list[float] = []
        pieces: list[NDArray[np.float32]] = []
        before: NDArray[np.int16] | None = None
        for frame in container.decode(picture, sound):
            if isinstance(frame, av.AudioFrame):
                pieces.append(np.asarray(frame.to_ndarray(), np.float32))
                continue
            assert isinstance(frame, av.VideoFrame)
            plane = frame.planes[0]
            grey = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
            mouth = grey[MOUTH].astype(np.int16)
            times.append(float(frame.time or 0.0))
            motion.append(float(np.abs(mouth - before).mean()) if before is not None else 0.0)
            before = mouth
    both = np.concatenate(pieces, axis=1)
    return Film(codecs, size, channels, rate_hz, np.array(times), np.array(motion), both[0], both[-1])
