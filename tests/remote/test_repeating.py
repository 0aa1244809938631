"""Scenes of repeating."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bus.clock import SECOND
from remote import repeating


def test_once_a_second_until_the_call_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0
    slept: list[float] = []

    def sleep(ms: float) -> None:
        nonlocal now
        slept.append(ms)
        now += int(ms * 1e6)

    monkeypatch.setattr(repeating, "now_ns", lambda: now)
    monkeypatch.setattr(repeating, "sleep_ms", sleep)
    alive: Iterator[bool] = iter([True, True, True, False])
    for _ in repeating.every_second(lambda: next(alive)):
        now += SECOND // 4  # a look takes its time
    assert slept == [1_000.0, 750.0, 750.0]
