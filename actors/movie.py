"""Movie of a call: the parts that the sinks wrote down become one mp4 when the call is over.

The picture is copied, never encoded again; the sound is AAC, left the avatar, right the person. Everything lies where its
part's `start_ns` puts it, to the sample. A gap holds the last picture.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from actors.soundtrack import Soundtrack
from actors.take import PARTS, Part, SoundPart, find_parts, read_sound
from bus.clock import MS, SECOND
from bus.errors import Broken, Wrong
from bus.messages import RATE_HZ
from bus.messages.picture import FPS

if TYPE_CHECKING:
    import av
    import av.audio.stream
    import av.container
    import av.video.stream

log = logging.getLogger(__name__)

Progress = Callable[[float], None]
VideoPacket: TypeAlias = "av.Packet[av.video.stream.VideoStream]"

TICKS = 90_000
"""Time base of the picture: ticks in a second."""
FRAME_NS = SECOND // FPS
AAC_SAMPLES = 1024
AAC_BITS = 160_000


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a recording."""

    path: Path
    seconds: float
    pictures: int
    held_seconds: float
    """In gaps longer than 100 ms the last picture stands still; so long in all."""
    unread: tuple[str, ...] = ()
    """Parts that could not be read; they were kept."""


@dataclass(slots=True)
class _Parts:
    """Every part that can be read."""

    pictures: list[Part] = field(default_factory=list)
    sounds: dict[str, list[SoundPart]] = field(default_factory=dict)
    read: list[Path] = field(default_factory=list)
    unread: list[Path] = field(default_factory=list)

    @property
    def zero_ns(self) -> int:
        """When the movie begins."""
        return min([p.start_ns for p in self.pictures] + [s.start_ns for all_ in self.sounds.values() for s in all_])


def assemble(folder: Path, out: Path, progress: Progress = lambda share: None) -> Report:
    """Makes `out` of the parts in `folder`/parts, and removes them when all went well.

    Blocks; about a second for each minute of the call. Raises Wrong when there is nothing to assemble, Broken when it
    cannot be written: then every part is kept, and `out` is as it was before.
    """
    parts = _find(folder)
    if not parts.read:
        raise Wrong(f"there is no recording in {folder}", "was `record` set to this folder during the call?")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        report = _write_whole(parts, out, progress)
    except OSError as error:
        todo = f"the parts are kept in {folder / PARTS}: make room and assemble them again"
        raise Broken(f"{out} could not be written: {error.strerror or error}", todo) from error
    parts.sounds.clear()  # a mapped file cannot be removed on Windows
    _remove(folder / PARTS, parts.read)
    progress(1.0)
    return report


def _write_whole(parts: _Parts, out: Path, progress: Progress) -> Report:
    """Writes beside `out` and renames at the end."""
    draft = out.with_name(f".{out.stem}.draft.mp4")
    try:
        report = _write(parts, draft, out, progress)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return report


def _remove(folder: Path, paths: list[Path]) -> None:
    try:
        for path in paths:
            path.unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        log.warning("parts not removed: %s", error.strerror)


def _find(folder: Path) -> _Parts:
    parts = _Parts()
    for part in find_parts(folder, "picture"):
        readable = next(_packets(part), None) is not None
        (parts.read if readable else parts.unread).append(part.path)
        if readable:
            parts.pictures.append(part)
    for kind in ("voice", "user"):
        for part in find_parts(folder, kind):
            sound = read_sound(part)
            (parts.unread if sound is None else parts.read).append(part.path)
            if sound is not None:
                parts.sounds.setdefault(kind, []).append(sound)
    for path in parts.unread:
        log.warning("part unreadable file=%s", path.name)
    return parts


def _write(parts: _Parts, draft: Path, out: Path, progress: Progress) -> Report:
    import av

    zero_ns = parts.zero_ns
    last_ns = max([0, *(at_ns for _, at_ns in _film(parts.pictures))]) - zero_ns if parts.pictures else 0
    with av.open(str(draft), "w", format="mp4", options={"movflags": "+faststart"}) as movie:
        picture = _picture_stream(movie, parts.pictures)
        sound = _Sound(movie, parts.sounds, zero_ns, last_ns + FRAME_NS if picture else 0)
        end_ns = sound.samples * SECOND // RATE_HZ
        pictures, held_ns, before_ns = 0, 0, 0
        for packet, at_ns, next_ns in _with_next(_film(parts.pictures), zero_ns, end_ns):
            assert picture is not None
            sound.write_until(at_ns)
            packet.stream = picture
            packet.time_base = Fraction(1, TICKS)
            packet.pts = packet.dts = _ticks(at_ns)
            packet.duration = _ticks(next_ns) - packet.pts
            movie.mux(packet)
            pictures += 1
            held_ns += at_ns - before_ns if at_ns - before_ns > 100 * MS else 0
            before_ns = at_ns
            progress(0.99 * at_ns / max(1, end_ns))
        sound.write_until(end_ns)
        sound.close()
    unread = tuple(path.name for path in parts.unread)
    return Report(out, end_ns / SECOND, pictures, held_ns / SECOND, unread)


def _ticks(at_ns: int) -> int:
    return round(at_ns * TICKS / SECOND)


def _packets(part: Part) -> Iterator[tuple[VideoPacket, int]]:
    """Packets of a part and when they were shown; ends early where the writer was killed."""
    import av

    try:
        with av.open(str(part.path)) as container:
            for packet in container.demux(container.streams.video[0]):
                if packet.size and packet.pts is not None and packet.time_base is not None:
                    yield packet, part.start_ns + round(packet.pts * packet.time_base * SECOND)
    except (av.error.InvalidDataError, av.error.EOFError):
        return


def _film(parts: list[Part]) -> Iterator[tuple[VideoPacket, int]]:
    """Packets of all parts. A part ends where the next one begins: its successor was started before it ended."""
    for part, later in zip_longest(parts, parts[1:]):
        for packet, at_ns in _packets(part):
            if later is not None and at_ns >= later.start_ns:
                break
            yield packet, at_ns


def _with_next(
    film: Iterator[tuple[VideoPacket, int]], zero_ns: int, end_ns: int
) -> Iterator[tuple[VideoPacket, int, int]]:
    """Packets with their time and the next one's, from the movie's start: the first is seen from 0, the last to the end."""
    held: tuple[VideoPacket, int] | None = None
    for packet, at_ns in film:
        if held is not None:
            yield *held, at_ns - zero_ns
        held = (packet, at_ns - zero_ns if held is not None else 0)
    if held is not None:
        yield *held, max(end_ns, held[1] + FRAME_NS)


def _picture_stream(movie: av.container.OutputContainer, parts: list[Part]) -> av.video.stream.VideoStream | None:
    """The stream that the packets are copied into. Raises Broken when the parts do not fit together."""
    import av

    stream: av.video.stream.VideoStream | None = None
    kind: tuple[object, ...] = ()
    for part in parts:
        with av.open(str(part.path)) as container:
            source = container.streams.video[0]
            context = source.codec_context
            this = (context.name, context.width, context.height, context.extradata)
            if stream is None:
                stream, kind = movie.add_stream_from_template(source), this
                stream.time_base = Fraction(1, TICKS)
            elif this != kind:
                raise Broken(
                    f"{part.path.name} was encoded in another way than the parts before it",
                    "keep the parts as they are",
                )
    return stream


class _Sound:
    """Both soundtracks, encoded as one stereo stream up to the time that the picture has reached."""

    def __init__(
        self, movie: av.container.OutputContainer, sounds: dict[str, list[SoundPart]], zero_ns: int, picture_ns: int
    ) -> None:
        self._movie = movie
        self._left = Soundtrack(sounds.get("voice", []), zero_ns)
        self._right = Soundtrack(sounds.get("user", []), zero_ns)
        self.samples = max(self._left.samples, self._right.samples, picture_ns * RATE_HZ // SECOND)
        """Length of the movie."""
        self._written = 0
        self._stream: av.audio.stream.AudioStream | None = None
        if sounds:
            self._stream = movie.add_stream("aac", rate=RATE_HZ, layout="stereo")
            self._stream.bit_rate = AAC_BITS

    def write_until(self, at_ns: int) -> None:
        """Encodes what is heard before `at_ns`."""
        import av

        until = min(self.samples, at_ns * RATE_HZ // SECOND)
        while self._stream is not None and self._written < until:
            count = min(AAC_SAMPLES, self.samples - self._written)
            both = np.stack([self._left.read(count), self._right.read(count)]).astype(np.float32) / 32_768
            frame = av.AudioFrame.from_ndarray(both, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self._written, Fraction(1, RATE_HZ)
            self._written += count
            self._movie.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Encodes what the encoder still holds."""
        if self._stream is not None:
            self._movie.mux(self._stream.encode(None))
