"""Film camera: parts that survive, and a camera that survives its recording."""

from __future__ import annotations

import asyncio
import shutil
import sys
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from actors.cam_out.film import QUEUE, FilmCamera, FilmCameraSettings, FilmPart
from actors.cam_out.picture import Picture, Pixels
from actors.take import find_parts
from bus.clock import MS

WIDTH, HEIGHT = 320, 180
START_NS = 1_000_000_000


def picture(level: int) -> Picture:
    pixels: Pixels = np.full((HEIGHT, WIDTH, 3), level, np.uint8)
    return Picture(pixels=lambda: pixels)


def camera(folder: Path) -> FilmCamera:
    return FilmCamera(FilmCameraSettings(record=str(folder)))


def times_ms(path: Path) -> list[int]:
    with av.open(str(path)) as film:
        return [round(float(f.time or 0) * 1000) for f in film.decode(video=0)]


def test_each_picture_stands_at_its_time_on_the_grid(tmp_path: Path) -> None:
    async def scene() -> None:
        film = camera(tmp_path)
        await film.open(WIDTH, HEIGHT, 25)
        for i in [0, 1, 2, 2, 5, 6]:
            film.show(picture(i * 20), START_NS + i * 40 * MS)
        await film.close()
        await film.close()

    asyncio.run(scene())
    (part,) = find_parts(tmp_path, "picture")
    assert part.start_ns == START_NS
    assert times_ms(part.path) == [0, 40, 80, 200, 240]


def test_a_killed_writer_loses_little_more_than_a_second(tmp_path: Path) -> None:
    part = FilmPart(tmp_path, START_NS, WIDTH, HEIGHT, 25)
    noise = np.random.default_rng(0)
    for i in range(250):
        pixels: Pixels = noise.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
        part.write(Picture(pixels=lambda pixels=pixels: pixels), START_NS + i * 40 * MS)  # type: ignore[misc]
    shutil.copy(tmp_path / f"picture.{START_NS}.mkv", tmp_path / "killed.mkv")
    part.close()
    assert times_ms(tmp_path / "killed.mkv")[-1] > 8_500


def test_an_encoder_that_is_behind_drops_the_oldest_and_never_stalls_the_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, written = threading.Event(), list[int]()

    def slow(self: FilmPart, picture: Picture, at_ns: int) -> None:
        go.wait()
        written.append(at_ns)

    async def scene() -> None:
        monkeypatch.setattr(FilmPart, "write", slow)
        film = camera(tmp_path)
        await film.open(WIDTH, HEIGHT, 25)
        for i in range(100):
            film.show(picture(0), START_NS + i * 40 * MS)
        go.set()
        await film.close()
        assert film.dropped + len(written) == 100
        assert len(written) <= QUEUE + 1
        assert written[-1] == START_NS + 99 * 40 * MS

    asyncio.run(scene())


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_on_a_full_disk_the_film_ends_with_one_error_and_the_camera_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        (tmp_path / "parts").mkdir()
        (tmp_path / "parts" / f"picture.{START_NS}.mkv").symlink_to("/dev/full")
        film = camera(tmp_path)
        await film.open(WIDTH, HEIGHT, 25)
        for i in range(20):
            film.show(picture(i), START_NS + i * 40 * MS)
        await film.close()
        film.show(picture(0), START_NS)
        assert film.trouble == "recording of the picture stopped: No space left on device"

    asyncio.run(scene())
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1
