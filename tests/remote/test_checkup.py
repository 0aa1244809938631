"""Scenes of the checkup, on this very host."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from remote import checkup
from remote.finding import Finding


def findings(out: Path) -> dict[str, Finding]:
    return {finding.subject: finding for finding in checkup.checkup(out)}


def test_what_the_embedded_engines_need_is_really_tried(tmp_path: Path) -> None:
    found = findings(tmp_path / "not" / "yet" / "there")
    for subject in ("python", "pyzmq", "espeak-ng", "silero vad", "pocketsphinx", "ports"):
        assert found[subject].verdict == "ok", found[subject]


def test_every_finding_that_is_not_good_says_what_to_do(tmp_path: Path) -> None:
    assert all(finding.todo for finding in findings(tmp_path).values() if finding.verdict != "ok")


def test_a_full_disk_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1024**3))
    assert findings(tmp_path)["disk"].verdict == "warn"


def test_a_library_that_does_not_load_is_a_failure_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise OSError("libespeak-ng.so: wrong ELF class\nmore")

    monkeypatch.setattr(checkup, "_load_espeak", fail)
    found = findings(tmp_path)["espeak-ng"]
    assert (found.verdict, found.what) == ("fail", "libespeak-ng.so: wrong ELF class")


def test_no_port_to_listen_on_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "is_free", lambda _: False)
    assert findings(tmp_path)["ports"].verdict == "fail"


@pytest.mark.parametrize(("encoding", "verdict"), [("utf-8", "ok"), ("UTF8", "ok"), ("cp1252", "warn"), ("", "warn")])
def test_a_terminal_that_cannot_show_every_letter_is_a_warning(encoding: str, verdict: str) -> None:
    assert checkup._terminal(encoding).verdict == verdict
