"""Endings of a call: whatever ends it, and whenever, no process of it is left."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.e2e.call import Call, lines_of, until
from tests.e2e.film import read_film
from tests.e2e.plans import heard_plan, live_plan, question, write_wav

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS are there these signals"),
]

INTERRUPTED = 130


@dataclass
class Orphan:
    """A call whose `avatar up` was killed, and what belonged to it then."""

    call: Call
    known: list[psutil.Process]


@pytest.fixture(scope="module")
def orphan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orphan]:
    """Its end takes a while: the other endings are tried meanwhile."""
    folder = tmp_path_factory.mktemp("orphan")
    with Call(live_plan(folder, grace_s=5), folder).until_up() as call:
        known = call.processes()
        call.process.kill()
        call.process.wait()
        yield Orphan(call, known)


def test_a_killed_up_leaves_the_call_alone_at_first(orphan: Orphan) -> None:
    with orphan.call.watched() as watcher:
        assert watcher.status().phase == "running"


def test_ctrl_c_ends_it_in_order_and_the_film_is_there(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "question.wav", question(3))
    with Call(heard_plan(tmp_path, wav, tail_ms=60_000), tmp_path).until_up() as call:
        known = call.processes()
        until(lambda: "you  " in call.output, 20, call.told)
        call.signal(signal.SIGINT)
        assert call.wait(20) == 0, call.told()
        assert call.errors == ""
        call.expect_gone(known)
    assert read_film(tmp_path / "out" / "call.mp4").seconds > 1.5


def test_ctrl_c_twice_ends_it_at_once(tmp_path: Path) -> None:
    with Call(live_plan(tmp_path), tmp_path).until_up() as call:
        known = call.processes()
        call.signal(signal.SIGINT)
        call.signal(signal.SIGINT)
        assert call.wait(5) in (0, INTERRUPTED), "0: the first one was enough"
        call.expect_gone(known)


@pytest.mark.parametrize("processes", [2, 8])
def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path: Path, processes: int) -> None:
    with Call(live_plan(tmp_path), tmp_path) as call:
        until(lambda: len(call.processes()) >= processes, 20, call.told)
        known = call.processes()
        call.signal(signal.SIGINT)
        assert call.wait(20) in (INTERRUPTED, -signal.SIGINT), call.told()
        assert lines_of(call.errors) == []
        call.expect_gone(known)


@pytest.mark.parametrize("number", ["SIGHUP", "SIGTERM"])
def test_a_closed_terminal_ends_it_in_order(tmp_path: Path, number: str) -> None:
    with Call(live_plan(tmp_path), tmp_path).until_up() as call:
        known = call.processes()
        call.signal(signal.Signals[number])
        assert call.wait(20) == 0, call.told()
        assert call.errors == ""
        call.expect_gone(known)


def test_a_detached_call_goes_on_until_it_is_told_to_end(tmp_path: Path) -> None:
    with Call(live_plan(tmp_path, grace_s=1), tmp_path, "--detach") as call:
        assert call.wait(30) == 0, call.told()
        known = call.processes()
        with call.watched() as watcher:
            assert watcher.ask("are you there")
            assert watcher.status().phase == "running"
            watcher.client.ask("agent", "end", kind=object)
        call.expect_gone(known)


def test_a_call_that_nobody_came_back_to_has_ended_when_its_grace_was_over(orphan: Orphan) -> None:
    orphan.call.expect_gone(orphan.known)
