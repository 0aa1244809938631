"""Scenes of the vitals: what a heartbeat tells."""

from __future__ import annotations

import asyncio
import logging

from bus.clock import MS, now_ns, sleep_ms
from bus.tally import Tally
from bus.vitals import LAG_PERIOD_S, Vitals


def test_a_pulse_tells_times_rate_queue_and_drops() -> None:
    tally = Tally(logging.getLogger("test"))
    tally.add("a.b", "stale")
    vitals = Vitals(tally)
    assert (vitals.pulse().p50_ms, vitals.pulse().rate_hz) == (0.0, 0.0)
    for ms in (1, 2, 1_000):
        vitals.note(now_ns() - ms * MS)
    sleep_ms(5)
    pulse = vitals.pulse(queue=7)
    assert (pulse.handled, pulse.queue, pulse.drops[0].reason) == (3, 7, "stale")
    assert 2 <= pulse.p50_ms < 500
    assert pulse.p99_ms >= 1_000
    assert pulse.rate_hz > 0


def test_a_message_in_hand_shows_as_busy() -> None:
    vitals = Vitals(Tally(logging.getLogger("test")))
    assert vitals.pulse().busy_ms == 0
    assert 2_000 <= vitals.pulse(busy_since_ns=now_ns() - 2_000 * MS).busy_ms < 4_000


def test_a_blocked_event_loop_shows_as_lag() -> None:
    async def scene() -> None:
        vitals = Vitals(Tally(logging.getLogger("test")))
        watch = asyncio.create_task(vitals.watch_lag())
        await asyncio.sleep(0)
        assert vitals.pulse().stuck_ms == 0
        sleep_ms(LAG_PERIOD_S * 1e3 + 100)
        assert 90 <= vitals.pulse().stuck_ms < 1_000, "a heartbeat that comes meanwhile tells it"
        await asyncio.sleep(0.01)
        assert (vitals.pulse().lag_ms >= 90, vitals.pulse().stuck_ms) == (True, 0)
        watch.cancel()

    asyncio.run(scene())
