"""Footage: a clip or a photo of a person, as frames of the camera's size at 25 a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from actors.face_pack import FPS, HEIGHT, WIDTH, Pixels
from bus.errors import Wrong

if TYPE_CHECKING:
    import av

PHOTOS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
MOST_SECONDS = 20
"""Of a clip: forth and back it is an idle clip of 40 s, 150 MB in memory."""
LEAST_FRAMES = 2
_HALF_FRAME_S = 0.5 / FPS


def is_photo(path: Path) -> bool:
    """By its name."""
    return path.suffix.lower() in PHOTOS


def read_photo(path: Path) -> Pixels:
    """A photo as one frame, upright as its camera was held. Raises Wrong."""
    import cv2

    data = np.frombuffer(_read(path), np.uint8)
    pixels = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if pixels is None:
        raise Wrong(f"{path} is not a picture that can be read", "save it as JPEG or PNG")
    return fitted(np.asarray(pixels, np.uint8))


def read_clip(path: Path) -> Iterator[Pixels]:
    """The frames of a clip, one for each 40 ms of it. Raises Wrong where it cannot be read or is too long."""
    import av

    _read(path, 1)
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise Wrong(f"{path} has no picture", "name a video file, or a photo")
            yield from _sampled(container, path)
    except (av.FFmpegError, ValueError) as error:
        raise Wrong(f"{path} cannot be read as a video: {error}", "convert it to MP4 (H.264)") from None


def fitted(pixels: Pixels) -> Pixels:
    """The whole picture in a frame of 1280x720; beside a narrow one its own blurred colours."""
    import cv2

    height, width = pixels.shape[:2]
    scale = min(WIDTH / width, HEIGHT / height)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    inner = np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
    if size == (WIDTH, HEIGHT):
        return inner
    small = cv2.GaussianBlur(cv2.resize(pixels, (32, 18), interpolation=cv2.INTER_AREA), (0, 0), 3)
    frame = np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
    left, top = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    frame[top : top + size[1], left : left + size[0]] = inner
    return frame


def _sampled(container: av.container.InputContainer, path: Path) -> Iterator[Pixels]:
    """For each time on the grid the frame that is seen then."""
    due, before, begin_s = 0, None, None
    for frame in container.decode(video=0):
        if frame.time is None:
            continue
        begin_s = frame.time if begin_s is None else begin_s
        at_s = frame.time - begin_s
        if at_s > MOST_SECONDS:
            todo = f"cut it: ffmpeg -i {path.name} -t {MOST_SECONDS - 5} -c copy short{path.suffix}"
            raise Wrong(f"{path} is longer than {MOST_SECONDS} s", todo)
        while before is not None and due / FPS < at_s - _HALF_FRAME_S:
            yield before
            due += 1
        before = fitted(_upright(frame))
    if before is not None:
        yield before
        due += 1
    if due < LEAST_FRAMES:
        raise Wrong(f"{path} has {due} pictures", "film yourself for 5 to 15 s, or give a photo")


def _upright(frame: av.VideoFrame) -> Pixels:
    """The frame as it is to be seen: phones film sideways and say so."""
    import cv2

    pixels = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    turns = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    turn = turns.get(round(frame.rotation) % 360)
    return pixels if turn is None else np.asarray(cv2.rotate(pixels, turn), np.uint8)


def _read(path: Path, size: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}", "name a video file or a photo") from None
