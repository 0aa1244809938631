"""Brood of a service: real processes, found by their mark and ended as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from bus.clock import SECOND, now_ns, sleep_ms
from bus.socket import SessionKeys
from remote.serving.brood import MARK, brood, end_brood, mark_of

KEYS = SessionKeys.make()
CHILD = "import sys; print('here', flush=True); sys.stdin.read()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + CHILD
PARENT = f"""if True:
    import subprocess, sys
    subprocess.Popen([sys.executable, "-c", {CHILD!r}], start_new_session=True, stdin=subprocess.PIPE)
    {CHILD}
"""


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(code: str, mark: str, lines: int = 1) -> subprocess.Popen[bytes]:
    environment = {**os.environ, MARK: mark}
    command = [sys.executable, "-S", "-c", code]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    for _ in range(lines):
        process.stdout.readline()
    return process


def until_found(mark: str, count: int) -> list[psutil.Process]:
    deadline = now_ns() + 10 * SECOND
    while len(found := brood(mark)) != count:
        assert now_ns() < deadline, found
        sleep_ms(5)
    return found


def test_a_mark_tells_sessions_and_services_apart_and_holds_no_key() -> None:
    marks = {mark_of(KEYS, "fish"), mark_of(KEYS, "llama"), mark_of(SessionKeys.make(), "fish")}
    assert len(marks) == 3
    assert KEYS.hub_public not in mark_of(KEYS, "fish")
    assert mark_of(KEYS, "fish").startswith(mark_of(KEYS))


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: sessions")
def test_what_a_server_starts_ends_with_it_though_it_has_a_group_of_its_own(
    started: list[subprocess.Popen[bytes]],
) -> None:
    mark = mark_of(KEYS, "family")
    started.append(start(PARENT, mark, lines=2))
    family = until_found(mark, 2)
    assert end_brood(mark, 5.0) == 0
    psutil.wait_procs(family, timeout=30)
    assert brood(mark) == []


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: SIGTERM")
def test_one_that_will_not_end_is_killed_and_others_are_left_alone(started: list[subprocess.Popen[bytes]]) -> None:
    mark = mark_of(KEYS, "stubborn")
    started += [start(STUBBORN, mark), start(CHILD, mark_of(KEYS, "other"))]
    assert end_brood(mark, 0.05) == 1
    assert brood(mark) == []
    assert started[1].poll() is None
    end_brood(mark_of(KEYS), 5.0, every=True)
    assert brood(mark_of(KEYS), every=True) == []
