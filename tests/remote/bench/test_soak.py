"""Scenes of a soak's figures; the soak itself is `avatar bench soak`."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from remote.bench.soak import Course, Talk, growth_percent, memory_of, sample, soak_figures

MIB = 2**20


def course(*mib: float) -> list[int]:
    return [int(size * MIB) for size in mib]


def test_what_a_process_takes_while_it_warms_up_is_no_growth() -> None:
    growth, first, last = growth_percent(course(10, 100, *[100] * 17, 104))
    assert (round(growth, 1), first, last) == (2.0, 100 * MIB, 102 * MIB)


def test_a_slow_leak_is_seen() -> None:
    growth, *_ = growth_percent(course(*(100 + minute for minute in range(60))))
    assert growth > 40


def test_one_peak_is_no_growth() -> None:
    growth, *_ = growth_percent(course(*[100] * 95, 300, *[100] * 4))
    assert growth == 0


def test_a_process_that_grows_misses_and_one_that_was_replaced_is_told() -> None:
    flat, leaking = course(*[50] * 20), course(*(50 + n for n in range(20)))
    figures = soak_figures([Course("vad", 1, flat), Course("hub", 2, leaking), Course("vad", 3, flat)], Talk(3, 2))
    assert [(f.name, f.verdict) for f in figures] == [
        ("memory of hub", "miss"),
        ("memory of vad", "ok"),
        ("memory of vad", "ok"),
        ("processes that had to be started again", "miss"),
        ("turns heard", "ok"),
        ("replies spoken to their end or cut", "ok"),
    ]


def test_a_process_has_memory_and_one_that_is_gone_is_passed_over() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    with pytest.raises(psutil.NoSuchProcess):
        memory_of(child.pid)
    courses: dict[tuple[str, int], Course] = {}
    for _ in range(2):
        sample(courses, {"here": os.getpid(), "gone": child.pid})
    assert [(name, len(found.bytes)) for (name, _), found in courses.items()] == [("here", 2)]
    assert courses["here", os.getpid()].bytes[0] > MIB
