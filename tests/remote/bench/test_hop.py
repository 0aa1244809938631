"""Scenes of the bus's figures; the measuring itself is faked."""

from __future__ import annotations

import pytest

from bus.bench import Latency, Throughput
from bus.floor import Floor
from remote.bench import hop


def test_the_median_of_the_rounds_counts() -> None:
    rounds = [Latency(100, us, 200, 400, 1.0) for us in (150, 900, 180)]
    ratio, _ = hop.latency_figures("1,920 B", rounds, 2.0)
    assert (ratio.value, ratio.verdict) == (1.8, "ok")


def test_one_lost_message_is_a_miss_however_fast_the_others_came() -> None:
    figures = hop.throughput_figures([Throughput(90_000, 30_000, 1_000, 999, in_order=True)])
    assert [f.verdict for f in figures] == ["ok", "miss", "ok"]


def test_every_load_is_measured_and_its_progress_told(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []

    def latency(lane: str, size: int, rate_hz: float, count: int) -> Latency:
        counts.append((lane, size, count))
        return Latency(100, 150, 200, 400, 1.0)

    monkeypatch.setattr(hop, "measure_latency", latency)
    monkeypatch.setattr(hop, "measure_floor", lambda size, rate_hz, count: Floor(100, 140))
    monkeypatch.setattr(hop, "measure_throughput", lambda size, count: Throughput(9e4, 3e4, count, count, True))
    told: list[str] = []
    groups = list(hop.measure_hops(told.append, rounds=1, seconds=2, burst=10))
    assert counts == [("stream", 1_920, 100), ("latest", 1_920, 100), ("stream", 200_000, 50), ("latest", 200_000, 50)]
    assert (len(groups), len(told)) == (7, 7)
    assert {f.verdict for group in groups for f in group} == {"ok", ""}
