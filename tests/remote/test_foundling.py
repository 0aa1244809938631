"""Foundling: a process that somebody else has started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from remote import child as module
from remote.foundling import UNKNOWN, Foundling
from tests.remote.processes import idle


def test_it_is_watched_and_ended_like_a_child_but_its_exit_code_is_not_known(tmp_path: Path) -> None:
    with idle() as (mark,):
        found = Foundling("tts", 3, mark, tmp_path / "tts.log")
        assert (found.pid, found.exit_code(), found.wait(0.05)) == (mark.pid, None, False)
        found.kill()
        found.kill()
        assert (found.exit_code(), found.wait(1)) == (UNKNOWN, True)
        assert found.ended_ns
        assert "not known" in found.how_it_ended
        assert found.first_line(0) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: there a log may be emptied by others")
def test_its_log_is_kept_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "tts.log"
    with idle() as (mark,):
        found = Foundling("tts", 1, mark, log)
        found.trim_log()  # there is none
        log.write_text("old")
        found.trim_log()
        assert log.read_text() == "old"
        monkeypatch.setattr(module, "MAX_LOG_BYTES", 2)
        found.trim_log()
    assert (log.read_text(), (tmp_path / "tts.old.log").read_text()) == ("", "old")
