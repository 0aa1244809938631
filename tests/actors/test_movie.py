"""Movie: flashes and beeps at known times must meet again in the mp4."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from actors.cam_out.film import FilmPart
from actors.cam_out.picture import Picture, Pixels
from actors.movie import assemble
from actors.take import SoundTake
from bus.clock import MS, SECOND
from bus.errors import Broken, Wrong

SIZE = (320, 180, 25)
FRAME_NS = 40 * MS
START_NS = 7_000 * SECOND


def film(folder: Path, start_ns: int, seconds: float, flashes_ns: list[int], *, close: bool = True) -> None:
    """A dark film that is white for two frames from each flash on."""
    part = FilmPart(folder / "parts", start_ns, *SIZE)
    for i in range(round(seconds * 25)):
        at_ns = start_ns + i * FRAME_NS
        white = any(0 <= at_ns - flash < 2 * FRAME_NS for flash in flashes_ns)
        part.write(shade(white), at_ns)
    if close:
        part.close()


def shade(white: bool) -> Picture:
    pixels: Pixels = np.full((SIZE[1], SIZE[0], 3), 255 if white else 16, np.uint8)
    return Picture(pixels=lambda: pixels)


def sound(folder: Path, kind: str, rate: int, start_ns: int, seconds: float, beeps_ns: list[int]) -> None:
    """Silence with 80 ms of 1 kHz from each beep on."""
    pcm = np.zeros(round(seconds * rate), np.int16)
    for beep in beeps_ns:
        first = round((beep - start_ns) * rate / SECOND)
        count = min(round(0.08 * rate), pcm.size - first)
        pcm[first : first + count] = 12_000 * np.sin(2 * np.pi * 1000 * np.arange(count) / rate)
    take = SoundTake(folder, kind, rate)
    block = rate // 50
    for i in range(0, pcm.size, block):
        take.write(pcm[i : i + block], start_ns + i * SECOND // rate)
    take.close()


def watch(path: Path) -> tuple[list[float], NDArray[np.float32], float]:
    """Times in s at which the picture turns white, the stereo sound from second 0, and the duration in s."""
    with av.open(str(path)) as movie:
        assert movie.duration is not None
        seen = [(float(f.time or 0), float(f.to_ndarray(format="gray").mean())) for f in movie.decode(video=0)]
        flashes = [t for (t, level), (_, before) in zip(seen[1:], seen, strict=False) if level > 128 > before]
        duration = movie.duration / 1e6
    with av.open(str(path)) as movie:
        frames = [f for f in movie.decode(audio=0) if f.pts is not None]
        heard = np.zeros((2, round(duration * 48_000) + 4096), np.float32)
        for frame in frames:
            assert frame.time is not None
            first = round(frame.time * 48_000)
            pcm = frame.to_ndarray()[:, max(0, -first) :]
            heard[:, max(0, first) : max(0, first) + pcm.shape[1]] = pcm
    return flashes, heard, duration


def beeps(channel: NDArray[np.float32]) -> list[float]:
    """Times in s at which it becomes loud after 50 ms of silence."""
    loud = np.flatnonzero(np.abs(channel) > 0.1)
    return [float(i) / 48_000 for i, before in zip(loud, [-48_000, *loud], strict=False) if i - before > 2400]


def test_flash_and_beep_meet_within_20_ms(tmp_path: Path) -> None:
    at = [START_NS + s * SECOND for s in (1, 2, 3)]
    film(tmp_path, START_NS, 4, at)
    sound(tmp_path, "voice", 48_000, START_NS - 313 * MS, 4.3, at)
    sound(tmp_path, "user", 16_000, START_NS + 111 * MS, 3.7, at)
    shares: list[float] = []
    report = assemble(tmp_path, tmp_path / "call.mp4", shares.append)
    flashes, heard, duration = watch(tmp_path / "call.mp4")
    expected = [1.313, 2.313, 3.313]
    assert np.allclose(flashes, expected, atol=0.001)
    assert np.allclose(beeps(heard[0]), expected, atol=0.002), "the avatar is left"
    assert np.allclose(beeps(heard[1]), expected, atol=0.002), "the person is right"
    assert duration == pytest.approx(4.313, abs=0.03)
    assert report.seconds == pytest.approx(4.313, abs=0.001)
    assert report.pictures == 100
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert not (tmp_path / "parts").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["call.mp4"]


def test_a_camera_that_was_restarted_leaves_no_jump_in_time(tmp_path: Path) -> None:
    at = [START_NS + s * SECOND for s in (1, 4)]
    film(tmp_path, START_NS, 2, at[:1], close=False)
    film(tmp_path, START_NS + 3 * SECOND, 2, at[1:])
    sound(tmp_path, "voice", 48_000, START_NS, 5, at)
    report = assemble(tmp_path, tmp_path / "call.mp4")
    flashes, heard, duration = watch(tmp_path / "call.mp4")
    assert np.allclose(flashes, [1, 4], atol=0.001)
    assert np.allclose(beeps(heard[0]), [1, 4], atol=0.002)
    assert duration == pytest.approx(5, abs=0.03)
    assert 1 <= report.held_seconds < 2.2


def test_parts_that_overlap_follow_the_later_one(tmp_path: Path) -> None:
    film(tmp_path, START_NS, 3, [])
    film(tmp_path, START_NS + 2 * SECOND, 2, [START_NS + 3 * SECOND])
    sound(tmp_path, "voice", 48_000, START_NS, 4, [])
    report = assemble(tmp_path, tmp_path / "call.mp4")
    assert report.pictures == 100
    assert np.allclose(watch(tmp_path / "call.mp4")[0], [3], atol=0.001)


def test_sound_that_outlives_the_camera_holds_the_last_picture(tmp_path: Path) -> None:
    film(tmp_path, START_NS, 1, [])
    sound(tmp_path, "voice", 48_000, START_NS, 3, [START_NS + 2 * SECOND])
    assemble(tmp_path, tmp_path / "call.mp4")
    with av.open(str(tmp_path / "call.mp4")) as movie:
        stream = movie.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(3, abs=0.03)


def test_a_sound_alone_is_a_movie_too(tmp_path: Path) -> None:
    sound(tmp_path, "voice", 48_000, START_NS, 2, [START_NS + SECOND])
    assert assemble(tmp_path, tmp_path / "call.mp4").seconds == 2


def test_the_index_stands_in_front(tmp_path: Path) -> None:
    film(tmp_path, START_NS, 1, [])
    assemble(tmp_path, tmp_path / "call.mp4")
    data = (tmp_path / "call.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_an_unreadable_part_is_named_and_kept(tmp_path: Path) -> None:
    film(tmp_path, START_NS, 1, [])
    (tmp_path / "parts" / "picture.5.mkv").write_bytes(b"torn")
    (tmp_path / "parts" / "voice.5.wav").write_bytes(b"RI")
    report = assemble(tmp_path, tmp_path / "call.mp4")
    assert report.unread == ("picture.5.mkv", "voice.5.wav")
    assert (tmp_path / "parts" / "picture.5.mkv").exists()


def test_when_it_cannot_be_written_every_part_is_kept(tmp_path: Path) -> None:
    film(tmp_path, START_NS, 1, [])
    (tmp_path / "file").touch()
    with pytest.raises(Broken, match="could not be written"):
        assemble(tmp_path, tmp_path / "file" / "call.mp4")
    assert len(list((tmp_path / "parts").iterdir())) == 1


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no recording"):
        assemble(tmp_path, tmp_path / "call.mp4")
