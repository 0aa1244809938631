"""The floor: messages really take both ways."""

from __future__ import annotations

from bus.floor import measure_floor


def test_both_ways_are_measured() -> None:
    floor = measure_floor(1_920, 200, 20)
    assert floor.direct_p50_us > 0
    assert floor.forwarder_p50_us > 0
    assert floor.ratio == floor.forwarder_p50_us / floor.direct_p50_us
