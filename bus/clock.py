"""Clock of this host, and the only file that reads time.

All times on the bus are `perf_counter_ns` of the named host: monotonic, below a microsecond, and the same for every
process of one machine on Linux (CLOCK_MONOTONIC) and on Windows (QueryPerformanceCounter).
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime

MS = 1_000_000
SECOND = 1_000_000_000

COARSE_S = 0.016
_COARSE_TIMERS = sys.platform == "win32"


def now_ns() -> int:
    """Nanoseconds on this host's monotonic clock, comparable between its processes."""
    return time.perf_counter_ns()


def wall_time() -> datetime:
    """The civil time, for people (logs, file names); never for measuring."""
    return datetime.now(UTC)


def sleep_ms(ms: float) -> None:
    """Blocks the calling thread; for I/O threads and command lines, never inside an event loop."""
    time.sleep(ms / 1e3)


async def sleep_until(at_ns: int) -> None:
    """Sleeps to an absolute deadline on this host's clock.

    Event-loop timers on Windows follow the 15.6 ms system tick, `time.sleep` does not (3.11+): there the last ticks are
    waited for by a worker thread. Only the last ones: a cancelled wait would hold its thread until its end.
    """
    delay_s = (at_ns - now_ns()) / SECOND
    if delay_s <= 0:
        await asyncio.sleep(0)
    elif _COARSE_TIMERS:
        if delay_s > 2 * COARSE_S:
            await asyncio.sleep(delay_s - 2 * COARSE_S)
        await asyncio.to_thread(time.sleep, max(0.0, (at_ns - now_ns()) / SECOND))
    else:
        await asyncio.sleep(delay_s)
