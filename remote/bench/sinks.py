"""Sinks of a call: how far picture and sound were apart, frame by frame, and how evenly the camera ran. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from bus.clock import MS, SECOND
from bus.link import Delivery
from bus.messages import RATE_HZ, CameraHealth, Played, Shown
from remote.bench.figures import Figure, median, spread

PICTURE_LATE_MS, PICTURE_EARLY_MS = 45.0, -125.0
"""Beyond them people notice (ITU-R BT.1359-1)."""
GAP_MS = 80.0


def frame_skews(deliveries: Sequence[Delivery]) -> list[float]:
    """Milliseconds by which each shown mouth was later than its sound: what mic-out said it played, to the sample."""
    heard: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for d in deliveries:
        if isinstance(d.message, Played) and d.message.event in ("started", "playing"):
            heard.setdefault((d.header.turn, d.header.gen), []).append((d.message.position, d.message.at_ns))
    skews = []
    for d in deliveries:
        if isinstance(d.message, Shown) and (known := sorted(heard.get((d.header.turn, d.header.gen), []))):
            before = bisect_right(known, (d.message.position, 2**63)) - 1
            position, at_ns = known[max(0, before)]
            sound_ns = at_ns + (d.message.position - position) * SECOND // RATE_HZ
            skews.append((d.message.at_ns - sound_ns) / MS)
    return skews


def skew_figures(skews: Sequence[float]) -> list[Figure]:
    """Share of frames that nobody would notice, and the median."""
    inside = sum(PICTURE_EARLY_MS <= s <= PICTURE_LATE_MS for s in skews)
    return [
        Figure(
            part="call",
            name="mouth frames within +45/-125 ms of their sound",
            value=round(100 * inside / max(1, len(skews)), 2),
            unit="%",
            at_least=95,
            note=spread([round(s, 1) for s in skews], "ms"),
        ),
        Figure(
            part="call",
            name="picture later than sound, median",
            value=round(median(skews), 1),
            unit="ms",
            at_least=-20,
            at_most=20,
        ),
    ]


def camera_figures(deliveries: Sequence[Delivery], up_ns: int, unrest_ms: float) -> list[Figure]:
    """Frames a second and the worst gap; the note says when the gaps above the target were, in seconds since `up_ns`,
    and how a bare timer fared on this machine at the same time (`unrest_ms`)."""
    healths = [(d.header.t, d.message) for d in deliveries if isinstance(d.message, CameraHealth)]
    rates = [health.fps for _, health in healths]
    gaps = [health.worst_gap_ms for _, health in healths]
    late = [f"{h.worst_gap_ms:.0f} ms at {(t - up_ns) / SECOND:.0f} s" for t, h in healths if h.worst_gap_ms > GAP_MS]
    return [
        Figure(
            part="call",
            name="camera, frames a second, median",
            value=round(median(rates), 2),
            at_least=24.9,
            note=spread(rates),
        ),
        Figure(
            part="call",
            name="camera, worst gap between two frames",
            value=round(max(gaps, default=0.0), 1),
            unit="ms",
            at_most=GAP_MS,
            note=f"{', '.join(late) or f'median of the seconds {median(gaps):.0f}'}; a bare timer beside it {unrest_ms:.0f}",
        ),
    ]
