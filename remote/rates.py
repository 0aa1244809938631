"""Rates of tapped topics: how often, how much, how late, over the last ten seconds. Pure."""

from __future__ import annotations

import statistics
from collections import deque
from itertools import pairwise

import msgspec

from bus.clock import MS, SECOND

WINDOW_NS = 10 * SECOND


class Hz(msgspec.Struct, frozen=True):
    """How often a topic comes: gaps between sendings, and their standard deviation."""

    topic: str
    rate_hz: float
    min_ms: float | None
    max_ms: float | None
    jitter_ms: float | None
    messages: int


class Bandwidth(msgspec.Struct, frozen=True):
    """How much a topic carries: bytes of payload."""

    topic: str
    bytes_per_s: float
    mean_bytes: float
    min_bytes: int
    max_bytes: int
    messages: int


class Delay(msgspec.Struct, frozen=True):
    """How late a topic is here: since its sending, and since the capture that caused it. None: from another host."""

    topic: str
    sent_ms: float | None
    sent_max_ms: float | None
    cause_ms: float | None
    cause_max_ms: float | None
    messages: int
    error_ms: float = 0.0
    """How far these may be off: of what comes from another host, whose clock is compared with ours."""


class Seen(msgspec.Struct, frozen=True):
    """What the rates need of one message."""

    seen_ns: int
    sent_ns: int
    size: int
    age_ms: float
    since_cause_ms: float
    error_ms: float = 0.0


class Window:
    """The messages of one topic in the last ten seconds."""

    def __init__(self, topic: str, now_ns: int) -> None:
        self._topic = topic
        self._begun_ns = now_ns
        self._seen: deque[Seen] = deque()

    def add(self, seen: Seen) -> None:
        """One more."""
        self._seen.append(seen)

    def hz(self, now_ns: int) -> Hz:
        """Its rhythm, by the times of sending: reading it here would add a jitter of its own."""
        self._forget(now_ns)
        sent = sorted(s.sent_ns for s in self._seen)
        gaps = [(b - a) / MS for a, b in pairwise(sent)]
        jitter = round(statistics.pstdev(gaps), 3) if len(gaps) > 1 else None
        least, most = (round(min(gaps), 2), round(max(gaps), 2)) if gaps else (None, None)
        rate = 1e3 / statistics.mean(gaps) if gaps and sum(gaps) else len(sent) / self._seconds(now_ns)
        return Hz(self._topic, round(rate, 2), least, most, jitter, len(sent))

    def bandwidth(self, now_ns: int) -> Bandwidth:
        """Its weight."""
        self._forget(now_ns)
        sizes = [s.size for s in self._seen] or [0]
        per_s = sum(sizes) / self._seconds(now_ns)
        mean = round(statistics.mean(sizes), 1)
        return Bandwidth(self._topic, round(per_s, 1), mean, min(sizes), max(sizes), len(self._seen))

    def delay(self, now_ns: int) -> Delay:
        """Its lateness: means and worst."""
        self._forget(now_ns)
        sent, sent_max = _mean_and_worst([s.age_ms for s in self._seen])
        cause, cause_max = _mean_and_worst([s.since_cause_ms for s in self._seen])
        error = max((s.error_ms for s in self._seen), default=0.0)
        return Delay(self._topic, sent, sent_max, cause, cause_max, len(self._seen), error)

    def _forget(self, now_ns: int) -> None:
        while self._seen and now_ns - self._seen[0].seen_ns > WINDOW_NS:
            self._seen.popleft()

    def _seconds(self, now_ns: int) -> float:
        return max(min(WINDOW_NS, now_ns - self._begun_ns) / SECOND, 0.001)


def describe(figures: Hz | Bandwidth | Delay, width: int) -> str:
    """One line for people."""
    topic = f"{figures.topic:<{width}}"
    match figures:
        case Hz() as hz if hz.min_ms is not None:
            jitter = "" if hz.jitter_ms is None else f"  jitter {hz.jitter_ms:.2f} ms"
            return f"{topic}  {hz.rate_hz:8.2f} Hz  gaps {hz.min_ms:.1f} to {hz.max_ms:.1f} ms{jitter}"
        case Hz() as hz:
            return f"{topic}  {hz.rate_hz:8.2f} Hz"
        case Bandwidth() as b:
            sizes = f"{b.min_bytes:,} to {b.max_bytes:,} B, mean {b.mean_bytes:,.0f} B"
            return f"{topic}  {b.bytes_per_s / 1e3:10,.1f} kB/s  {sizes}"
        case Delay(sent_ms=None):
            return f"{topic}  nothing came"
        case Delay() as d:
            cause = f"since its cause {d.cause_ms:.0f} ms (worst {d.cause_max_ms:.0f})"
            clocks = f"  all ±{d.error_ms:.1f} ms, for it comes from another host" if d.error_ms else ""
            return f"{topic}  sent {d.sent_ms:.2f} ms ago (worst {d.sent_max_ms:.2f})  {cause}{clocks}"


def _mean_and_worst(figures: list[float]) -> tuple[float, float] | tuple[None, None]:
    return (round(statistics.mean(figures), 2), round(max(figures), 2)) if figures else (None, None)
