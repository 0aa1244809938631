"""Scenes of an actor's process: what its exit code says."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys

import pytest

from bus import process
from bus.custody import Custody
from bus.errand import Errand
from bus.errors import AvatarError, Broken, Fatal
from bus.orphan import OrphanActor
from bus.process import run_errand
from bus.socket import SessionKeys

ERRAND = Errand(name="tts", keys=SessionKeys.make())


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "take_errand", lambda _: (ERRAND, Custody(1.0)))
    monkeypatch.setattr(signal, "signal", lambda *_: None)


def test_one_that_was_told_to_stop_leaves_with_0() -> None:
    met = []

    async def live(errand: Errand, orphan: OrphanActor) -> None:
        met.append((errand.name, type(orphan)))

    assert run_errand(live) == 0
    assert met == [("tts", OrphanActor)]


@pytest.mark.parametrize(
    ("error", "code"), [(Broken("the link broke", "wait"), 1), (Fatal("no model is here", "pull it"), 2)]
)
def test_a_failure_is_logged_in_one_line_and_says_whether_a_restart_may_help(
    error: AvatarError, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def live(_: Errand, __: OrphanActor) -> None:
        raise error

    with caplog.at_level(logging.ERROR):
        assert run_errand(live) == code
    (line,) = caplog.messages
    assert "\n" not in line
    assert error.what in line
    assert error.todo in line


def test_one_without_an_errand_was_not_started_by_a_host_agent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nothing(_: object) -> tuple[Errand, Custody]:
        raise Broken("this process was not told what to do", "avatar up PLAN")

    monkeypatch.setattr(process, "take_errand", nothing)

    async def live(_: Errand, __: OrphanActor) -> None:
        raise AssertionError

    assert run_errand(live) == 1
    assert "was not told what to do" in caplog.text


def test_a_model_that_does_not_come_back_does_not_keep_the_process() -> None:
    """Python itself would wait for the thread, for ever."""
    code = """
import asyncio, sys, threading
from bus import process
from bus.errors import Stuck
from bus.off_loop import OffLoop

async def live(*_):
    await OffLoop("model").within(0.01, threading.Event().wait)

process.take_errand, process.FAREWELL_S = lambda _: (None, None), 0.05
sys.exit(process.run_errand(live))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "model has not come back" in done.stderr and "left behind" in done.stderr
