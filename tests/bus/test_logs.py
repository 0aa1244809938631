"""Scenes of the logs: one event a line."""

from __future__ import annotations

import errno
import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from bus.logs import log_to_stderr


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_says_when_who_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("tts", 3)
    logging.getLogger("bus.x").info("dropped topic=%s", "a.b")
    line = capsys.readouterr().err
    assert line.endswith("Z info    tts#3 bus.x: dropped topic=a.b\n")


def test_a_traceback_follows_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("tts", 1)
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        logging.getLogger("bus.x").exception("failed")
    text = capsys.readouterr().err
    assert "error   tts#1 bus.x: failed\nTraceback" in text
    assert "ZeroDivisionError" in text


def test_what_nobody_caught_goes_into_the_log_whole(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("tts", 1)

    def fail() -> None:
        _ = 1 // 0

    thread = threading.Thread(target=fail, name="link")
    thread.start()
    thread.join()
    try:
        fail()
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    text = capsys.readouterr().err
    assert "error   tts#1 bus.logs: failed thread=link\nTraceback" in text
    assert "error   tts#1 bus.logs: failed\nTraceback" in text
    assert text.count("ZeroDivisionError") == 2


@pytest.mark.parametrize(("level", "expected"), [("warning", "WARNING"), ("nonsense", "INFO"), ("debug", "DEBUG")])
def test_the_level_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, level: str, expected: str) -> None:
    monkeypatch.setenv("AVATAR_LOG", level)
    log_to_stderr("tts", 1)
    assert logging.getLevelName(logging.getLogger().level) == expected


def test_a_disk_that_fills_costs_lines_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Disk(io.StringIO):
        full = True

        def write(self, text: str) -> int:
            if self.full:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(text)

    disk = Disk()
    monkeypatch.setattr(sys, "stderr", disk)
    log_to_stderr("tts", 3)
    logging.getLogger("bus.x").warning("lost")
    disk.full = False
    logging.getLogger("bus.x").warning("written")
    assert [line.split(": ", 1)[1] for line in disk.getvalue().splitlines()] == ["written"]
