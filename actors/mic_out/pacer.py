"""Pacer: absolute deadlines for a sink that has no clock of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

from bus.clock import MS, now_ns, sleep_ms

log = logging.getLogger(__name__)

BLOCK_SAMPLES = 480
"""10 ms: a pause waits at most one block, and then fades for 10 ms."""
BLOCK_NS = 10 * MS
CATCH_UP_NS = 200 * MS


class Pacer:
    """Says which blocks are due. A late wake-up gets all the blocks it missed, up to 200 ms; older ones are skipped."""

    def __init__(self, start_ns: int) -> None:
        self.next_ns = start_ns
        self.skipped = 0

    def due(self, now_ns: int) -> list[int]:
        """Times of the blocks that begin by `now_ns` and were not given yet."""
        too_late = now_ns - CATCH_UP_NS - self.next_ns
        if too_late > 0:
            missed = -(-too_late // BLOCK_NS)
            self.skipped += missed
            self.next_ns += missed * BLOCK_NS
        blocks = list(range(self.next_ns, now_ns + 1, BLOCK_NS))
        self.next_ns += len(blocks) * BLOCK_NS
        return blocks


async def pace(step: Callable[[int], None]) -> None:
    """Calls `step(at_ns)` for each block, in a thread of its own, until cancelled. What `step` raises is raised here.

    A thread, because an event loop that is busy for a moment, or whose timers tick every 15.6 ms (Windows), is no clock.
    """
    ended = threading.Event()
    running = asyncio.get_running_loop().run_in_executor(None, _run, step, ended)
    try:
        await asyncio.shield(running)
    finally:
        ended.set()
        await asyncio.wait([running])


def _run(step: Callable[[int], None], ended: threading.Event) -> None:
    pacer = Pacer(now_ns())
    skipped = 0
    while not ended.is_set():
        for at_ns in pacer.due(now_ns()):
            step(at_ns)
        if pacer.skipped > skipped:
            log.warning("pacer skipped blocks=%d total=%d", pacer.skipped - skipped, pacer.skipped)
            skipped = pacer.skipped
        sleep_ms(max(0, pacer.next_ns - now_ns()) / MS)
