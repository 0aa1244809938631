"""Offset between the clocks of two hosts, from pings over the link between them. Pure.

The quickest round trip of the last ten seconds decides (a queue on the way only makes others longer), corrected for the
drift of the clocks since then.

Two errors are told. Half of that round trip is the bound: how it divides into there and back cannot be known from here. The
likely error takes the way there for as long as the way back, and asks what a queue may still have added to the quickest
trip: hardly more than what lies between it and the eighth quickest, for if waits are random (exponential), one in 128
quickest trips has waited longer than that. Half of it is the most by which it shifts the offset.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from bus.clock import SECOND

WINDOW_NS = 10 * SECOND
SLOPE_WINDOW_NS = 60 * SECOND
SLOPE_AFTER_NS = 20 * SECOND
"""A slope over less is mostly noise."""
MAX_SLOPE = 200e-6
"""Quartz is within 100 ppm; more is a clock that was set, or noise."""
DRIFT = 100e-6
"""Of two clocks against each other, while their slope is not known."""
RESIDUAL_DRIFT = 20e-6
"""What the slope leaves: quartz changes with its warmth."""
NEAR = 8
"""So many of the quickest trips say how far the quickest of them may be off."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One ping: when it was sent and answered (ns, this host), and what the other clock showed in the middle."""

    at_ns: int
    trip_ns: int
    offset_ns: int
    """This host's clock minus the other's."""


class Offset:
    """What to add to a time of the other host to have it on this one's clock."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque()
        self._anchors: deque[Sample] = deque()
        """The quickest of each window, for the slope."""
        self.quickest_ns = 0
        """The quickest round trip of all; 0: none yet."""

    def heard(self, sent_ns: int, there_in_ns: int, there_out_ns: int, back_ns: int) -> None:
        """A ping came back: sent and back on this clock, taken and answered on the other. What is impossible is left out."""
        trip_ns = (back_ns - sent_ns) - (there_out_ns - there_in_ns)
        if trip_ns < 0 or there_out_ns < there_in_ns:
            return
        offset_ns = (sent_ns + back_ns) // 2 - (there_in_ns + there_out_ns) // 2
        self.quickest_ns = min(trip_ns, self.quickest_ns or trip_ns)
        self._samples.append(Sample(back_ns, trip_ns, offset_ns))
        while back_ns - self._samples[0].at_ns > WINDOW_NS:
            self._samples.popleft()
        if not self._anchors or back_ns - self._anchors[-1].at_ns > WINDOW_NS:
            self._anchors.append(self._best())
        while back_ns - self._anchors[0].at_ns > SLOPE_WINDOW_NS:
            self._anchors.popleft()

    @property
    def known(self) -> bool:
        """Whether any ping came back."""
        return bool(self._samples)

    def ns(self, at_ns: int) -> int:
        """The offset at a time of this host's clock; 0 while nothing is known."""
        if not self._samples:
            return 0
        best = self._best()
        return best.offset_ns + int(self._slope() * (at_ns - best.at_ns))

    @property
    def settled(self) -> bool:
        """Whether there are pings enough for the likely error."""
        return len(self._samples) >= NEAR

    @property
    def bound_ns(self) -> int:
        """How far it may be off at worst, on a way that takes all its time in one direction."""
        return self._best().trip_ns // 2 if self._samples else 0

    def error_ns(self, at_ns: int) -> int:
        """How far it is likely off at most, at a time of this host's clock."""
        if not self.settled:
            return self.bound_ns
        best = self._best()
        near = sorted(sample.trip_ns for sample in self._samples)[NEAR - 1]
        drift = RESIDUAL_DRIFT if self._slope() else DRIFT
        return min(self.bound_ns, (near - best.trip_ns) // 2 + int(drift * max(0, at_ns - best.at_ns)))

    @property
    def trip_ns(self) -> int:
        """The quickest round trip of late."""
        return self._best().trip_ns if self._samples else 0

    def _best(self) -> Sample:
        return min(self._samples, key=lambda sample: sample.trip_ns)

    def _slope(self) -> float:
        if len(self._anchors) < 2:
            return 0.0
        first, last = self._anchors[0], self._anchors[-1]
        span_ns = last.at_ns - first.at_ns
        if span_ns < SLOPE_AFTER_NS:
            return 0.0
        slope = (last.offset_ns - first.offset_ns) / span_ns
        return slope if abs(slope) <= MAX_SLOPE else 0.0
