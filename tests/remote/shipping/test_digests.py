"""Scenes of remembered digests."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from remote.shipping import digests as module
from remote.shipping.digests import Digests, digests_file


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_large_file_is_read_once_and_again_when_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REMEMBERED_BYTES", 4)
    file, memory = tmp_path / "model", tmp_path / "home" / "digests.json"
    file.write_bytes(b"12345")
    first = Digests(memory)
    assert first(file) == sha(b"12345")
    first.keep()
    at_ns = file.stat().st_mtime_ns
    file.write_bytes(b"54321")
    os.utime(file, ns=(at_ns, at_ns))  # a secret change, to see that it is not read
    assert Digests(memory)(file) == sha(b"12345")
    os.utime(file, ns=(at_ns, at_ns + 1))
    assert Digests(memory)(file) == sha(b"54321")


def test_a_small_file_is_always_read_and_a_broken_memory_forgotten(tmp_path: Path) -> None:
    file, memory = tmp_path / "plan", tmp_path / "digests.json"
    memory.write_text("{broken")
    file.write_bytes(b"one")
    digests = Digests(memory)
    assert digests(file) == sha(b"one")
    at_ns = file.stat().st_mtime_ns
    file.write_bytes(b"two")
    os.utime(file, ns=(at_ns, at_ns))
    assert digests(file) == sha(b"two")


def test_a_memory_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "file"))
    Digests(digests_file()).keep()
    assert (tmp_path / "file").read_text() == ""
