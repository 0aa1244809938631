"""Scenes of the benchmark: a tiny run tells the truth about order and loss. Its figures are for a quiet machine."""

from __future__ import annotations

from bus.bench import measure_latency, measure_throughput


def test_a_hop_is_measured_beside_a_direct_connection() -> None:
    latency = measure_latency("stream", 1_920, 100, 20)
    assert 0 < latency.direct_p50_us <= latency.direct_p99_us
    assert 0 < latency.hub_p50_us <= latency.hub_p99_us
    assert latency.ratio == latency.hub_p50_us / latency.direct_p50_us


def test_at_full_speed_nothing_is_lost_or_out_of_order() -> None:
    throughput = measure_throughput(1_920, 2_000)
    assert (throughput.sent, throughput.received, throughput.in_order) == (2_000, 2_000, True)
