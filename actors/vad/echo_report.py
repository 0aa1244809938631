"""Report of the echo guard: tells what it knows of the room, whenever that has changed enough to matter."""

from __future__ import annotations

import logging

import numpy as np

from actors.envelope import BANDS, STEP_NS
from actors.vad.echo_guard import EchoGuard
from actors.vad.echo_lag import LAGS
from actors.vad.echo_path import EchoPath
from bus.clock import MS, SECOND
from bus.messages import Echo

log = logging.getLogger(__name__)

EVERY_NS = SECOND
"""Lag and loudness are told no more often."""
LOUDER_DB = 2.0


class EchoReport:
    """Turns the state of a guard into messages, and such a message into the state of the guard that follows."""

    def __init__(self) -> None:
        self._told = Echo(state="unknown")
        self._told_ns = 0

    def news(self, guard: EchoGuard, now_ns: int) -> Echo | None:
        """What is new; None where nothing is."""
        told, now = self._told, _echo(guard)
        same = now.state == told.state and now.lag_ms == told.lag_ms and abs(now.gain_db - told.gain_db) < LOUDER_DB
        if same or (now.state == told.state and now_ns - self._told_ns < EVERY_NS):
            return None
        if now.state != told.state:
            log.info("echo: %s lag_ms=%d gain_db=%.1f", now.state, now.lag_ms, now.gain_db)
        self._told, self._told_ns = now, now_ns
        return now

    def resume(self, guard: EchoGuard, before: Echo) -> None:
        """The guard begins with what the one before it knew. What makes no sense is left out: it learns that anew."""
        lag = before.lag_ms * MS // STEP_NS
        if 0 <= lag < LAGS and len(before.gains) == BANDS and np.isfinite(before.gains).all():
            guard.expect(EchoPath(lag, np.array(before.gains, dtype=np.float32), settling=0))
            self._told = before


def _echo(guard: EchoGuard) -> Echo:
    path = guard.path
    if path is None:
        return Echo(state=guard.state)
    gains = tuple(round(float(gain), 1) for gain in path.gains)
    return Echo(
        state=guard.state, lag_ms=path.lag * STEP_NS // MS, gain_db=round(float(np.median(gains)), 1), gains=gains
    )
