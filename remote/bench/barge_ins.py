"""Barge-ins of a call: from the true onset of the person's speech until the avatar is silent and its mouth at rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bus.clock import MS
from bus.link import Delivery
from bus.messages import Played, Shown
from remote.bench.figures import Figure, median, quantile, spread
from remote.bench.truth import TrueTurn

SILENCE_MS = 300.0
MOUTH_MS = 100.0
PATIENCE_NS = 1_000 * MS
"""Shortest interruption and the wait after it: before that nothing else can be heard or seen."""


class BargeIn(msgspec.Struct, frozen=True):
    """One interruption of a sounding reply."""

    onset_ns: int
    silence_ms: float
    """From the onset to silence at mic-out; `PATIENCE_NS` when it never came."""
    mouth_ms: float
    """From silence to the last picture with a moving mouth."""


def barge_ins(deliveries: Sequence[Delivery], truth: Sequence[TrueTurn]) -> list[BargeIn]:
    """Every true onset that fell into a sounding reply."""
    played = [(d.header.turn, d.message) for d in deliveries if isinstance(d.message, Played)]
    shown = [(d.header.turn, d.message.at_ns) for d in deliveries if isinstance(d.message, Shown)]
    return [found for true in truth if (found := _barge_in(true, played, shown))]


def _barge_in(true: TrueTurn, played: Sequence[tuple[int, Played]], shown: Sequence[tuple[int, int]]) -> BargeIn | None:
    before = [(turn, p) for turn, p in played if p.at_ns <= true.start_ns]
    if not before or before[-1][1].event not in ("started", "playing", "resumed"):
        return None
    turn = before[-1][0]
    until_ns = true.start_ns + PATIENCE_NS
    ends = [
        p.at_ns
        for t, p in played
        if t == turn and p.event in ("paused", "cut", "done") and true.start_ns < p.at_ns < until_ns
    ]
    if any(t == turn and p.event == "done" and true.start_ns < p.at_ns < until_ns for t, p in played):
        return None  # it had said everything by itself
    silence_ns = min(ends, default=until_ns)
    seen = [at_ns for t, at_ns in shown if t == turn and at_ns < until_ns]
    mouth_ms = max(0.0, (max(seen) - silence_ns) / MS) if seen else 0.0
    return BargeIn(true.start_ns, (silence_ns - true.start_ns) / MS, mouth_ms)


def barge_in_figures(found: Sequence[BargeIn], least: int) -> list[Figure]:
    """The figures of all barge-ins, as the messages tell them; `least` of them make a p95 worth its name."""
    silences = [b.silence_ms for b in found]
    mouths = [b.mouth_ms for b in found]
    return [
        Figure(part="call", name="barge-ins that hit a sounding answer", value=len(found), at_least=least),
        _figure("barge-in: true onset to silence, p50", median(silences), note=spread(silences)),
        _figure("barge-in: true onset to silence, p95", quantile(silences, 0.95), SILENCE_MS),
        _figure(
            "barge-in: silence to the last moving mouth, worst", max(mouths, default=0.0), MOUTH_MS, spread(mouths)
        ),
    ]


def film_barge_in_figures(silences: Sequence[float], mouths: Sequence[float]) -> list[Figure]:
    """The same as the film has them: milliseconds from the onset to the last sound, and from there to a mouth at rest."""
    return [
        _figure(
            "barge-in in the film: true onset to the last sound, p95",
            quantile(silences, 0.95),
            SILENCE_MS,
            spread(silences),
        ),
        _figure(
            "barge-in in the film: silence to mouth at rest, worst",
            max(mouths, default=0.0),
            MOUTH_MS,
            spread(mouths),
        ),
    ]


def _figure(name: str, value: float, at_most: float | None = None, note: str = "") -> Figure:
    return Figure(part="call", name=name, value=round(value, 1), unit="ms", at_most=at_most, note=note)
