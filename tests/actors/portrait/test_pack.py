"""Scenes of the cache of drawn packs: whole or not there, drawn once, and safe for two at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil
import pytest

from actors.portrait import pack
from actors.portrait.pack import BARE, ensure_sketch_pack, read_bare
from bus.errors import Wrong


class Drawing:
    """Stands in for the drawing of a pack (which takes seconds): writes two files."""

    def __init__(self) -> None:
        self.times = 0
        self.fails = False

    def __call__(self, folder: Path, progress: pack.Progress) -> None:
        self.times += 1
        progress(0.5)
        (folder / "first").write_text("half")
        if self.fails:
            raise OSError(28, "No space left on device")
        (folder / "pack.json").write_text("{}")


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Drawing:
    drawing = Drawing()
    monkeypatch.setattr(pack, "_build", drawing)
    return drawing


def test_it_is_drawn_once_and_then_found(tmp_path: Path, drawing: Drawing) -> None:
    told: list[float] = []
    first = ensure_sketch_pack(tmp_path / "deep" / "cache", told.append)
    again = ensure_sketch_pack(tmp_path / "deep" / "cache", told.append)
    assert first == again
    assert drawing.times == 1
    assert told == [0.5, 1.0, 1.0]


def test_half_a_pack_is_never_left_under_its_name(tmp_path: Path, drawing: Drawing) -> None:
    drawing.fails = True
    with pytest.raises(Wrong, match="No space left"):
        ensure_sketch_pack(tmp_path)
    assert not list(tmp_path.iterdir())
    drawing.fails = False
    assert (ensure_sketch_pack(tmp_path) / "pack.json").is_file()


def test_what_a_dead_process_left_behind_is_removed(tmp_path: Path, drawing: Drawing) -> None:
    gone = next(number for number in range(2**22 - 1, 1, -1) if not psutil.pid_exists(number))
    left = tmp_path / f".building-sketch-{pack._fingerprint()}-{gone}-abc"
    left.mkdir()
    folder = ensure_sketch_pack(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [folder.name]


def test_who_comes_second_waits_for_the_first(
    tmp_path: Path, drawing: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / f".building-sketch-{pack._fingerprint()}-{psutil.Process().ppid()}-abc"
    other.mkdir()
    waits: list[float] = []

    def the_other_finishes(milliseconds: float) -> None:
        waits.append(milliseconds)
        (other / "pack.json").write_text("{}")
        other.rename(tmp_path / f"sketch-{pack._fingerprint()}")

    monkeypatch.setattr(pack, "sleep_ms", the_other_finishes)
    assert (ensure_sketch_pack(tmp_path) / "pack.json").is_file()
    assert len(waits) == 1
    assert drawing.times == 0


def test_two_that_draw_at_once_both_get_a_whole_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2)

    def build(folder: Path, progress: pack.Progress) -> None:
        together.wait(timeout=10)
        (folder / "pack.json").write_text("{}")
        together.wait(timeout=10)

    monkeypatch.setattr(pack, "_build", build)
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(ensure_sketch_pack(tmp_path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(found) == 2
    assert found[0] == found[1]
    assert [entry.name for entry in tmp_path.iterdir()] == [found[0].name]


def test_a_cache_that_is_a_file_is_named(tmp_path: Path, drawing: Drawing) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(Wrong, match="cache"):
        ensure_sketch_pack(tmp_path / "cache")


def test_a_pack_without_its_skin_is_refused(drawn_folder: Path, tmp_path: Path) -> None:
    assert read_bare(drawn_folder).shape == (256, 256, 3)
    with pytest.raises(Wrong, match=r"bare\.png"):
        read_bare(tmp_path)
    (tmp_path / BARE).parent.mkdir()
    (tmp_path / BARE).write_bytes((drawn_folder / BARE).read_bytes()[:3000])
    with pytest.raises(Wrong, match=r"bare\.png"):
        read_bare(tmp_path)
