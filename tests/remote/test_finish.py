"""Finish of a call: its films."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bus.errors import Broken
from remote import finish
from remote.finish import film_folders, record_folders
from remote.session import Ending
from tests.remote.doubles import plan


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "picture-1.ts").write_bytes(b"")
    return folder


def test_every_folder_is_named_once(tmp_path: Path) -> None:
    assert record_folders(plan(tmp_path, record="out")) == [Path("out")]
    assert record_folders(plan(tmp_path)) == []


def test_a_film_is_told_beside_how_the_call_ended(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def assemble(folder: Path, film: Path, progress: Callable[[float], None]) -> None:
        progress(0.5)
        made.append((folder, film))

    monkeypatch.setattr(finish, "assemble", assemble)
    ending = Ending("it failed", "do this", 3, given_up=("tts: gone",))
    told = film_folders(record_folders(plan(parts.parent, record=str(parts))), ending)
    film = parts / "call.mp4"
    assert made == [(parts, film)]
    assert told == Ending("it failed", "do this", 3, movies=(str(film),), given_up=("tts: gone",))


def test_a_film_that_fails_is_a_warning_and_its_parts_are_kept(parts: Path) -> None:
    """The part here is empty: nothing can be read of it."""
    told = film_folders(record_folders(plan(parts.parent, record=str(parts))), Ending())
    assert (told.what, told.movies, len(told.warnings)) == ("", (), 1)
    assert "no recording" in told.warnings[0]
    assert (parts / "parts" / "picture-1.ts").exists()


def test_a_full_disk_is_a_warning(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def assemble(folder: Path, film: Path, progress: Callable[[float], None]) -> None:
        raise Broken("the disk is full", "make room")

    monkeypatch.setattr(finish, "assemble", assemble)
    assert film_folders(record_folders(plan(parts.parent, record=str(parts))), Ending()).warnings == (
        "the disk is full (make room)",
    )


def test_nothing_recorded_is_no_warning(tmp_path: Path) -> None:
    assert film_folders(record_folders(plan(tmp_path, record=str(tmp_path / "out"))), Ending()) == Ending()
