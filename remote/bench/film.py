"""Film of a call, read back: what was really recorded of sound and mouth, independent of what any message said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actors.cam_out.pack import read_pack
from actors.vad.engine import RATE_HZ
from bus.errors import Broken
from bus.messages.picture import FPS

if TYPE_CHECKING:
    import av

    from actors.face_pack import FacePack

Pixels = NDArray[np.uint8]
Track = NDArray[np.float32]

THUMB = (160, 90)
CLUES = 8
"""Pictures by which the place in the idle clip is found."""


@dataclass(frozen=True, slots=True)
class Film:
    """Sound at 16 kHz (-1 … 1), both tracks from the film's start; and for each picture when it was first seen (s) and how
    far its mouth is from the idle clip's (mean difference of brightness, 0 … 219)."""

    voice: Track
    person: Track
    seen_s: NDArray[np.float64]
    mouth: NDArray[np.float64]


def read_film(path: Path) -> Film:
    """Decodes a whole film: a second for each 10 s of the call. Raises Broken when it cannot be read."""
    import av

    try:
        with av.open(str(path)) as container:
            voice, person = _sound(container)
        with av.open(str(path)) as container:
            seen_s, mouth = _mouths(container, read_pack(""))
    except (OSError, av.error.InvalidDataError) as error:
        raise Broken(f"the film {path.name} cannot be read: {error}") from error
    return Film(voice, person, seen_s, mouth)


def _sound(container: av.container.InputContainer) -> tuple[Track, Track]:
    import soxr

    pieces, start_s = [], None
    for frame in container.decode(audio=0):
        start_s = frame.time if start_s is None else start_s
        pieces.append(frame.to_ndarray())
    both = np.concatenate(pieces, axis=1)
    rate_hz = container.streams.audio[0].rate
    left, right = (np.asarray(soxr.resample(track, rate_hz, RATE_HZ), np.float32) for track in both)
    shift = np.zeros(max(0, round((start_s or 0.0) * RATE_HZ)), np.float32)
    return np.concatenate([shift, left]), np.concatenate([shift, right])


def _mouths(container: av.container.InputContainer, pack: FacePack) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The idle clip runs on whatever happens: once its place is known, each picture has its counterpart without a mouth."""
    idle = [_brightness(pack.idle_frame(n)) for n in range(pack.frames)]
    thumbs = np.stack([_thumb(picture) for picture in idle])
    seen, mouths = [], []
    waiting: list[tuple[int, Pixels]] = []
    shift: int | None = None
    for frame in container.decode(video=0):
        at_s = float(frame.time or 0.0)
        seen.append(at_s)
        waiting.append((round(at_s * FPS), _plane(frame)))
        if shift is None and len(waiting) < CLUES:
            continue
        # The first picture is stretched to the film's start: it does not tell its own time.
        shift = _find_shift(waiting[1:], thumbs) if shift is None else shift
        for place, picture in waiting:
            n = (place + shift) % pack.frames
            box = pack.manifest.boxes[n]
            rows, columns = slice(int(box.y), int(box.y + box.height)), slice(int(box.x), int(box.x + box.width))
            mouths.append(float(np.abs(picture[rows, columns].astype(np.int16) - idle[n][rows, columns]).mean()))
        waiting = []
    return np.array(seen[: len(mouths)]), np.array(mouths)


def _plane(frame: av.VideoFrame) -> Pixels:
    """Brightness as it was encoded: 16 … 235."""
    plane = frame.planes[0]
    whole = np.frombuffer(memoryview(plane), np.uint8).reshape(frame.height, plane.line_size)
    return np.ascontiguousarray(whole[:, : frame.width])


def _brightness(bgr: Pixels) -> Pixels:
    """Brightness as cam-out encodes it."""
    import cv2

    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420)[: bgr.shape[0]], np.uint8)


def _thumb(picture: Pixels) -> Pixels:
    import cv2

    return np.asarray(cv2.resize(picture, THUMB, interpolation=cv2.INTER_AREA), np.uint8)


def _find_shift(clues: list[tuple[int, Pixels]], thumbs: NDArray[np.uint8]) -> int:
    """How far the idle clip is ahead of the film."""
    frames = len(thumbs)
    small = [(place, _thumb(picture).astype(np.int16)) for place, picture in clues]
    apart = [
        sum(float(np.abs(thumbs[(place + n) % frames] - seen).mean()) for place, seen in small) for n in range(frames)
    ]
    return int(np.argmin(apart))
