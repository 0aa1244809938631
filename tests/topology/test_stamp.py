"""Stamps of files and folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from topology import stamp as module
from topology.stamp import stamp


def test_other_content_of_the_same_size_gives_another_stamp_and_the_same_content_the_same(tmp_path: Path) -> None:
    path = tmp_path / "persona.toml"
    path.write_text("one")
    before = stamp(path)
    path.write_text("two")
    assert stamp(path) != before
    path.write_text("one")
    os.utime(path, ns=(1, 1))
    assert stamp(path) == before


def test_what_is_not_there_has_an_empty_stamp(tmp_path: Path) -> None:
    assert stamp(tmp_path / "nothing") == ""


def test_a_large_file_is_known_by_its_size_and_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HASHED_BYTES", 2)
    path = tmp_path / "model.bin"
    path.write_text("one")
    os.utime(path, ns=(1, 1))
    before = stamp(path)
    path.write_text("two")
    os.utime(path, ns=(1, 1))
    assert stamp(path) == before
    os.utime(path, ns=(1, 2))
    assert stamp(path) != before


def test_a_file_more_in_a_folder_or_another_name_gives_another_stamp(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    before = stamp(tmp_path)
    (tmp_path / "b").write_text("")
    more = stamp(tmp_path)
    (tmp_path / "b").rename(tmp_path / "c")
    assert len({before, more, stamp(tmp_path)}) == 3
