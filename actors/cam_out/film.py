"""Film camera: what the camera shows, written down as H.264 in parts that survive a crash."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
import numpy as np

from actors.cam_out.picture import Picture
from actors.take import PARTS, make_folder
from bus.clock import SECOND
from bus.tally import Tally

if TYPE_CHECKING:
    import av.container
    import av.video.stream

log = logging.getLogger(__name__)

QUEUE = 25
"""One second of pictures; when the encoder is further behind, the oldest is dropped."""
MATROSKA = {"cluster_time_limit": "1000", "flush_packets": "1"}
"""A cluster each second, written at once: a killed process loses no more than that."""
X264 = {"preset": "ultrafast", "tune": "zerolatency", "crf": "23", "threads": "1"}
"""4 ms a frame on one core; "superfast" takes 6 ms for a film 6 % smaller (1280x720, measured)."""

CLOSE_S = 4.0
"""So long the encoder may take for what waits. One that hangs on a disk that does not answer is left."""


class FilmCameraSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the recording goes."""

    record: Annotated[str, msgspec.Meta(extra={"path": "output"})] = "recording"
    """Folder of the recording; the picture parts come to lie in its `parts` folder."""
    on_page: bool = False
    """Also let the stage page see it."""


class FilmPart:
    """One Matroska file of pictures; its first one was shown at `start_ns`. Raises OSError when the disk is full."""

    def __init__(self, folder: Path, start_ns: int, width: int, height: int, fps: int) -> None:
        import av

        folder.mkdir(parents=True, exist_ok=True)
        self._start_ns = start_ns
        self._fps = fps
        self._last = -1
        path = folder / f"picture.{start_ns}.mkv"
        self._container: av.container.OutputContainer = av.open(str(path), "w", format="matroska", options=MATROSKA)
        stream = self._container.add_stream("libx264", rate=fps, options=X264)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.gop_size = 2 * fps
        stream.max_b_frames = 0
        stream.time_base = Fraction(1, fps)
        stream.color_range, stream.colorspace = 1, 6  # as cv2 converts: limited range, BT.601
        self._stream: av.video.stream.VideoStream = stream

    def write(self, picture: Picture, at_ns: int) -> None:
        """Encodes a picture at its place on the grid; a second one at the same place is left out."""
        import av
        import cv2

        place = round((at_ns - self._start_ns) * self._fps / SECOND)
        if place <= self._last:
            return
        self._last = place
        planes = np.asarray(cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = place
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Completes the file."""
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()


class FilmCamera:
    """Turns pictures into a film. A full disk ends the film, never the camera."""

    Settings: ClassVar = FilmCameraSettings

    def __init__(self, settings: FilmCameraSettings) -> None:
        self.settings = settings
        self.trouble = ""
        self.dropped = 0
        """Pictures that the encoder was too slow for."""
        self._tally: Tally | None = None
        self._shape = (0, 0, 0)
        self._queue: deque[tuple[Picture, int]] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._worker: threading.Thread | None = None

    @property
    def on_page(self) -> bool:
        """As set."""
        return self.settings.on_page

    def count_in(self, tally: Tally) -> None:
        """Counts pictures that the encoder was too slow for there."""
        self._tally = tally

    async def open(self, width: int, height: int, fps: int) -> None:
        """Makes the folder and starts the encoder. Raises Wrong when the folder cannot be made."""
        folder = make_folder(self.settings.record) / PARTS
        self._shape = (width, height, fps)
        self._ended = False
        self._worker = threading.Thread(target=self._encode, args=(folder,), name="film", daemon=True)
        self._worker.start()

    def show(self, picture: Picture, at_ns: int) -> None:
        """Hands the picture to the encoder."""
        if self._worker is None or self.trouble:
            return
        with self._changed:
            if len(self._queue) >= QUEUE:
                self._queue.popleft()
                self.dropped += 1
                if self._tally is not None:
                    self._tally.add("cam-out.picture", "behind", detail="the encoder takes them too slowly")
                if self.dropped % QUEUE == 1:
                    log.warning("encoder is behind dropped=%d", self.dropped)
            self._queue.append((picture, at_ns))
            self._changed.notify()

    async def close(self) -> None:
        """Encodes what waits and completes the part."""
        worker, self._worker = self._worker, None
        if worker is not None:
            with self._changed:
                self._ended = True
                self._changed.notify()
            await asyncio.to_thread(worker.join, CLOSE_S)

    def _encode(self, folder: Path) -> None:
        """Runs in a thread of its own."""
        part: FilmPart | None = None
        try:
            while (item := self._next()) is not None:
                part = part or FilmPart(folder, item[1], *self._shape)
                part.write(*item)
        except OSError as error:
            self._give_up(error)
        try:
            if part is not None:
                part.close()
        except OSError as error:
            self._give_up(error)

    def _next(self) -> tuple[Picture, int] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._ended)
            return self._queue.popleft() if self._queue else None

    def _give_up(self, error: OSError) -> None:
        if not self.trouble:
            self.trouble = f"recording of the picture stopped: {error.strerror or error}"
            log.error("%s; what was written so far is kept", self.trouble)
        with self._changed:
            self._queue.clear()
