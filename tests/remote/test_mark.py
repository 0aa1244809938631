"""Mark of a process."""

from __future__ import annotations

import os

import msgspec

from remote.mark import Mark
from tests.remote.processes import DEAD, idle


def test_a_process_is_known_by_pid_and_start() -> None:
    with idle() as (mark,):
        assert mark.alive
        assert Mark.of(mark.pid) == mark
        assert not msgspec.structs.replace(mark, started=mark.started - 100).alive, "the pid was used again"
        mark.kill()
        assert not mark.alive, "it is a zombie, or gone"
    assert Mark.own().pid == os.getpid()


def test_one_that_never_was_is_dead_and_may_be_killed() -> None:
    assert Mark.of(DEAD.pid) is None
    assert not DEAD.alive
    DEAD.kill()
    DEAD.terminate()


def test_another_process_with_its_pid_is_not_ended() -> None:
    with idle() as (mark,):
        old = msgspec.structs.replace(mark, started=mark.started - 100)
        old.terminate()
        old.kill()
        assert mark.alive
