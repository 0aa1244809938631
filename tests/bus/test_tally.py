"""Scenes of the tally: nothing is dropped in silence, and nobody can flood the log."""

from __future__ import annotations

import logging
import threading

import pytest

from bus.control import Drops
from bus.tally import MAX_DETAIL, MAX_KINDS, Tally

LOG = logging.getLogger("bus.test")


def test_each_kind_is_logged_once_and_counted_always(caplog: pytest.LogCaptureFixture) -> None:
    tally = Tally(LOG)
    for _ in range(3):
        tally.add("llm.token", "stale", detail="late")
    tally.add("llm.token", "generation", 5)
    assert [r.message for r in caplog.records] == [
        "dropped topic=llm.token reason=stale late",
        "dropped topic=llm.token reason=generation ",
    ]
    assert tally.drops() == (Drops("llm.token", "generation", 5), Drops("llm.token", "stale", 3))
    assert (tally["llm.token", "stale"], tally.total) == (3, 8)


def test_kinds_and_details_are_bounded(caplog: pytest.LogCaptureFixture) -> None:
    tally = Tally(LOG)
    for number in range(MAX_KINDS + 50):
        tally.add(f"topic{number}", "torn", detail="x" * 1_000)
    assert len(tally.drops()) == len(caplog.records) == MAX_KINDS + 1
    assert tally["(others)", "torn"] == 50
    assert tally.total == MAX_KINDS + 50
    assert max(len(r.message) for r in caplog.records) < MAX_DETAIL + 80


def test_counts_from_several_threads_are_all_there() -> None:
    tally = Tally(LOG)

    def add() -> None:
        for _ in range(2_000):
            tally.add("a", "b")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally["a", "b"] == 8_000
