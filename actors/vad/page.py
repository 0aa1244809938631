"""Page microphone: the sound of a browser, handed over as it arrives; silence in real time while none comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from bus import clock

log = logging.getLogger(__name__)

WINDOW_NS = WINDOW * clock.SECOND // RATE_HZ
JUMP_NS = 20 * clock.MS
"""Sound that is stamped so far from where the sound before it ended begins anew: something between is missing."""
QUIET = 328
"""Peak of a window in which nobody speaks: -40 dBFS."""


class PageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How patient to be with the network between the browser and here."""

    patience_ms: Annotated[int, msgspec.Meta(ge=32, le=2_000)] = 200
    """Sound that comes later than this after the one before it finds silence in its place, and is heard behind that."""
    most_ms: Annotated[int, msgspec.Meta(ge=100, le=10_000)] = 2_000
    """Sound kept when it comes faster than it is taken; the oldest beyond that is dropped and counted."""


class Page:
    """Samples of any length in, windows out at once: arrival is the clock, so nothing waits in a jitter buffer.

    Time never goes backwards. Behind sound that came too late the windows are ahead of their true times, until nobody speaks:
    then quiet ones are left out.
    """

    Settings: ClassVar = PageSettings
    needs_actors: ClassVar = ("web",)

    def __init__(self, settings: PageSettings) -> None:
        self.settings = settings
        self.dropped = 0
        """Samples dropped so far."""
        self._samples = np.zeros(0, dtype=np.int16)
        self._next_ns = 0
        """Capture time of the first sample that waits, or of the next one to come."""
        self._told_ns = 0
        """Where the last window ended."""
        self._ahead_ns = 0
        """How far what waits is stamped ahead of its true time."""
        self._silent = True
        self._from_ns = 0
        self._arrived = asyncio.Event()

    async def open(self) -> None:
        """Starts the clock; nothing to take."""
        self._next_ns = clock.now_ns()

    def hand_over(self, pcm: NDArray[np.int16], at_ns: int) -> None:
        """Takes samples (16 kHz, mono, any number) that were captured from `at_ns` on; never blocks."""
        waiting_ns = self._samples.size * clock.SECOND // RATE_HZ
        heard = -(-(self._from_ns - at_ns) * RATE_HZ // clock.SECOND)
        if heard > 0:
            pcm, at_ns = pcm[heard:], at_ns + heard * clock.SECOND // RATE_HZ
            if not pcm.size:
                return
        off_ns = at_ns - (self._next_ns + waiting_ns)
        if self._silent or (abs(off_ns) > JUMP_NS and self._samples.size < WINDOW):
            self._next_ns = max(at_ns - waiting_ns, self._told_ns)
        self._ahead_ns = self._next_ns + waiting_ns - at_ns
        self._silent = False
        self._samples = np.concatenate([self._samples, pcm])
        spare = self._samples.size - self.settings.most_ms * RATE_HZ // 1000
        if spare > 0:
            if not self.dropped:
                log.warning("sound is dropped: it comes faster than it is heard")
            self.dropped += spare
            self._samples = self._samples[spare:]
            self._next_ns += spare * clock.SECOND // RATE_HZ
        self._arrived.set()

    def resume(self, began_ns: int, from_ns: int) -> None:
        """Sound that is handed over again is left out as far as it was heard."""
        self._from_ns = from_ns

    async def windows(self) -> AsyncIterator[Sound]:
        """Yields windows as they fill; without sound one of silence every 32 ms. Never ends."""
        while True:
            await self._wait()
            here, self._samples = self._samples[:WINDOW], self._samples[WINDOW:]
            if self._ahead_ns >= WINDOW_NS and here.size == WINDOW and np.abs(here.astype(np.int32)).max() < QUIET:
                self._ahead_ns -= WINDOW_NS
                continue
            self._silent = here.size < WINDOW
            pcm = np.concatenate([here, np.zeros(WINDOW - here.size, dtype=np.int16)])
            at_ns, self._next_ns = self._next_ns, self._next_ns + WINDOW_NS
            self._told_ns = self._next_ns
            yield Sound(pcm, at_ns)

    async def close(self) -> None:
        """Forgets what waits; may be called twice."""
        self._samples = np.zeros(0, dtype=np.int16)

    async def _wait(self) -> None:
        """Until a window is full, or patience has run out."""
        deadline_ns = self._next_ns + WINDOW_NS + self.settings.patience_ms * clock.MS
        while self._samples.size < WINDOW:
            self._arrived.clear()
            left_ns = deadline_ns - clock.now_ns()
            if left_ns <= 0:
                await asyncio.sleep(0)
                return
            try:
                async with asyncio.timeout(left_ns / clock.SECOND):
                    await self._arrived.wait()
            except TimeoutError:
                return
