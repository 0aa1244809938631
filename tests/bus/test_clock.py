"""Scenes of the clock."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC

import pytest

from bus import clock
from bus.clock import MS, SECOND, now_ns, sleep_ms, sleep_until, wall_time


def test_time_goes_on_and_is_the_same_for_another_process() -> None:
    before = now_ns()
    code = "import time; print(time.perf_counter_ns())"
    other = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert before < other < now_ns()


def test_a_sleep_lasts_as_long_as_it_says() -> None:
    before = now_ns()
    sleep_ms(5)
    assert now_ns() - before >= 5 * MS


@pytest.mark.parametrize("coarse", [False, True], ids=["fine timers", "coarse timers"])
@pytest.mark.parametrize("ms", [-5, 5, 50])
def test_sleeping_to_a_deadline_ends_after_it(monkeypatch: pytest.MonkeyPatch, coarse: bool, ms: int) -> None:
    monkeypatch.setattr(clock, "_COARSE_TIMERS", coarse)
    due = now_ns() + ms * MS
    asyncio.run(sleep_until(due))
    assert due <= now_ns() < due + SECOND


def test_civil_time_is_utc() -> None:
    assert wall_time().tzinfo is UTC
