"""Crossings between two hosts during a call: how long messages were on the way, and how much went over it.

Looked at from both ends: by a listener to the voice on this host, who is one of its consumers like av-sync; by a client of the
other host's hub; and by the relay, which counts all bytes, those of ssh too.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from bus.clock import MS, SECOND, now_ns
from bus.errors import Broken, Gone
from bus.link import Delivery
from bus.messages import Cut, Pause, Played, VoiceAudio
from remote.bench.figures import Figure, median, spread
from remote.bench.trial import Trial
from remote.lab.relay import Relay
from remote.lab.two_hosts import TwoHosts
from remote.status import CallStatus

EVERY_S = 0.1
WAY_MS = 24.0
AUDIO_MS = WAY_MS + 25.0
BARGE_IN_MS = WAY_MS + 15.0
DOWN_MBITS = 4.0
UP_MBITS = 0.5
CLOCK_MS = 3.0


@dataclass(frozen=True, slots=True)
class Carried:
    """What the relay had carried at a moment, in bytes."""

    at_ns: int
    up: int
    down: int


class Crossings:
    """Witness of one call. `watched` runs it; the lists are whole afterwards."""

    def __init__(self, lab: TwoHosts) -> None:
        self.carried: list[Carried] = []
        self.posts: list[Delivery] = []
        """What came to the other host of pauses and cuts."""
        self.clock_ms: list[float] = []
        """How far the comparison of the clocks may be off, as it was stated."""
        self.voice_ms: list[float] = []
        """What voice and words needed for the way (p99 of the latest), as it was stated."""
        self._lab = lab
        self._over = threading.Event()

    @contextmanager
    def watched(self, running: Trial, name: str) -> Iterator[None]:
        """Watches for the length of a block."""
        with closing(self._lab.far_client(name, (Cut, Pause))) as far:
            thread = threading.Thread(target=self._watch, args=(running,), name="crossings")
            thread.start()
            try:
                yield
            finally:
                self._over.set()
                thread.join()
                while not far.deliveries.empty():
                    self.posts.append(far.deliveries.get())

    def _watch(self, running: Trial) -> None:
        asked_ns = 0
        while not self._over.wait(EVERY_S):
            self.carried.append(_now(self._lab.way))
            if self.carried[-1].at_ns - asked_ns > SECOND:
                asked_ns = self.carried[-1].at_ns
                with contextlib.suppress(Broken, Gone):  # the call is just about to end
                    links = running.client.ask("agent", "status", kind=CallStatus).links
                    self.clock_ms += [link.clock_ms for link in links if link.stage == "up"]
                    self.voice_ms += [link.voice_ms for link in links if link.voice_ms]


def _now(way: Relay) -> Carried:
    return Carried(now_ns(), way.carried_bytes["there"], way.carried_bytes["back"])


def rate_mbits(carried: Sequence[Carried], spoken: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Mbit/s up and down while the avatar was heard (spans of ns)."""
    up = down = lasted = 0
    for before, after in itertools.pairwise(carried):
        if any(start <= before.at_ns and after.at_ns <= end for start, end in spoken):
            up += after.up - before.up
            down += after.down - before.down
            lasted += after.at_ns - before.at_ns
    seconds = lasted / SECOND
    return (up * 8 / 1e6 / seconds, down * 8 / 1e6 / seconds) if seconds else (0.0, 0.0)


def spoken(deliveries: Sequence[Delivery]) -> list[tuple[int, int]]:
    """When replies sounded: from their first sample to their end, a pause or a cut."""
    spans: list[tuple[int, int]] = []
    begun_ns = 0
    for message in (d.message for d in deliveries if isinstance(d.message, Played)):
        if message.event in ("started", "resumed"):
            begun_ns = message.at_ns
        elif message.event in ("paused", "cut", "done") and begun_ns:
            spans.append((begun_ns, message.at_ns))
            begun_ns = 0
    return spans


def crossing_figures(crossings: Crossings, deliveries: Sequence[Delivery]) -> list[Figure]:
    """All that was seen of one call."""
    up, down = rate_mbits(crossings.carried, spoken(deliveries))
    posts = [_way_ms(d) for d in crossings.posts]
    errors = [abs(d.header.shift) / MS for d in crossings.posts]
    stated = crossings.clock_ms
    return [
        *_voice_figures(crossings.voice_ms, deliveries),
        _figure("pauses and cuts, from here to the other hub, worst", worst(posts), "ms", BARGE_IN_MS, spread(posts)),
        _figure("down, while it speaks", down, "Mbit/s", DOWN_MBITS),
        _figure("up, while it speaks", up, "Mbit/s", UP_MBITS),
        _figure("clocks: true error, worst", worst(errors), "ms", CLOCK_MS, spread(errors)),
        _figure("clocks: stated error, worst", worst(stated), "ms", CLOCK_MS, spread(stated)),
    ]


def _voice_figures(on_the_way: Sequence[float], deliveries: Sequence[Delivery]) -> list[Figure]:
    """`on_the_way`: as the link stated it, from leaving the other hub. The rest of the time it waited there, behind itself."""
    every = [(_way_ms(d), d.message) for d in deliveries if isinstance(d.message, VoiceAudio)]
    as_it_went = f"as it went: {spread(on_the_way)}"
    first = [ms for ms, piece in every if piece.sentence == piece.position == 0]
    return [
        _figure("voice, on the way, p99", on_the_way[-1] if on_the_way else 0.0, "ms", AUDIO_MS, as_it_went),
        _figure("first voice of a reply, made there to taken here, worst", worst(first), "ms", AUDIO_MS, spread(first)),
        _figure(
            "  all voice: most is made long before its time, and waits, p50", median([ms for ms, _ in every]), "ms"
        ),
    ]


def worst(values: Sequence[float]) -> float:
    """0 when there are none."""
    return max(values, default=0.0)


def _way_ms(delivery: Delivery) -> float:
    return (delivery.received_ns - delivery.header.t) / MS


def _figure(name: str, value: float, unit: str, at_most: float | None = None, note: str = "") -> Figure:
    return Figure(part="split", name=name, value=round(value, 2), unit=unit, at_most=at_most, note=note)
