"""Playout: slices of replies in, one continuous line of sound out, and what of it was really heard.

A device's callback pulls in a thread of its own while handlers add, pause and cut: one lock guards it all, and nothing
under it waits.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from actors.mic_out.reply import Pcm, Reply
from bus.clock import MS, SECOND
from bus.messages import RATE_HZ, Played, SoundClock

FADE_SAMPLES = 480
"""10 ms: too short to hear as a fade, long enough not to click."""
REPORT_NS = 100 * MS
HOLE_NS = 500 * MS
"""A hole with later sound behind it is jumped after this: av-sync was restarted, and what was lost never comes."""
FORSAKEN_NS = 60 * SECOND
"""A reply of which nothing more comes for so long has lost its end; it counts as done. Longer than a host that is out of reach
is waited for (actors/turn_manager/patience.py): else the turn would be over, and its rest would be heard all the same."""

NEWS_SAMPLES = 1_920
"""40 ms: so much is heard before what is finished with it is told, though no slice comes in (av-sync may be far ahead)."""

Event = Literal["started", "playing", "paused", "resumed", "cut", "done"]
EVENTS: tuple[Event, ...] = get_args(Event)


def nanoseconds(samples: int) -> int:
    """Duration of `samples` at 48 kHz."""
    return samples * SECOND // RATE_HZ


@dataclass(frozen=True, slots=True)
class Heard:
    """Something to publish about a reply."""

    message: Played | SoundClock
    turn: int
    gen: int

    @property
    def index(self) -> int:
        """Its name among what is told of the reply. A process that takes over may begin at the same slice, and what it heard
        is another fact: what and when, not how many were told before."""
        event = EVENTS.index(self.message.event) if isinstance(self.message, Played) else 0
        return len(EVENTS) * self.message.at_ns + event


class Playout:
    """Plays replies one after the other; silence between them, in gaps and while held."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replies: list[Reply] = []
        self._begun = (-1, -1)
        self._floor = 0
        self._held = False
        self._tail: Pcm = np.zeros(0, np.int16)
        self._rise = 0
        self._next_ns = 0
        self._reported_ns = 0
        self._reports: deque[Heard] = deque(maxlen=4096)
        self._unsaid = 0
        """Samples heard since `reports` was asked."""

    def add(self, turn: int, gen: int, position: int, pcm: Pcm, at_ns: int, *, last: bool = False) -> None:
        """Takes a slice (int16, 48 kHz) that is planned to be heard at `at_ns`. Old generations, and replies older than
        one that has begun, are dropped."""
        with self._lock:
            key = (turn, gen)
            reply = next((r for r in self._replies if r.key == key), None)
            if reply is None:
                if gen < self._floor or key <= self._begun:
                    return
                reply = Reply(turn, gen, position, at_ns)
                self._replies.append(reply)
                self._replies.sort(key=lambda r: (not r.started, r.key))
            reply.add(position, pcm, at_ns, last=last)

    def pull(self, samples: int, at_ns: int) -> NDArray[np.int16]:
        """Exactly `samples` samples, the first of which is heard at `at_ns`."""
        with self._lock:
            out = np.zeros(samples, np.int16)
            filled = min(samples, self._tail.size)
            out[:filled], self._tail = self._tail[:filled], self._tail[filled:]
            while filled < samples and not self._held:
                step = self._play(out[filled:], at_ns + nanoseconds(filled))
                if step is None:
                    break
                filled += step
            self._next_ns = at_ns + nanoseconds(samples)
            self._report_progress()
            return out

    def pause(self, now_ns: int) -> None:
        """Fades out from the current sample and holds everything until `resume` or `cut`."""
        with self._lock:
            if self._held:
                return
            self._held = True
            if self._replies:
                self._fade_out(self._replies[0])
                self._report(self._replies[0], "paused", self._after_tail(now_ns))

    def resume(self, now_ns: int) -> None:
        """Goes on from the sample at which it was held."""
        with self._lock:
            if not self._held:
                return
            self._held = False
            if self._replies:
                self._report(self._replies[0], "resumed", self._after_tail(now_ns))

    def cut(self, below_gen: int, now_ns: int) -> None:
        """Fades out what sounds if it is older than `below_gen`, and drops every reply that is. Ends a pause."""
        with self._lock:
            self._floor = max(self._floor, below_gen)
            for reply in [r for r in self._replies if r.gen < self._floor]:
                self._fade_out(reply)
                self._replies.remove(reply)
                self._begun = max(self._begun, reply.key)
                self._report(reply, "cut", self._after_tail(now_ns))
            self._held = False

    def leave(self) -> None:
        """This process goes: what sounds falls silent at the end of a slice, from which a successor goes on. For good."""
        with self._lock:
            reply = self._replies[0] if self._replies else None
            if reply and not reply.silent and not self._held and not self._tail.size:
                self._tail = self._fall(self._risen(reply.take(reply.to_boundary(FADE_SAMPLES))))
            self._held = True

    @property
    def falling(self) -> bool:
        """Something is still to be heard before the silence."""
        return bool(self._tail.size)

    def reports(self) -> list[Heard]:
        """What is to be published since the last call, in order."""
        with self._lock:
            reports = list(self._reports)
            self._reports.clear()
            self._unsaid = 0
            return reports

    @property
    def has_news(self) -> bool:
        """Whether `reports` would give anything, or `heard` has moved on."""
        return bool(self._reports) or self._unsaid >= NEWS_SAMPLES

    def heard(self) -> tuple[int, int, int] | None:
        """Turn, generation and next sample of the reply in hand; None between replies."""
        with self._lock:
            reply = self._replies[0] if self._replies else None
            return (reply.turn, reply.gen, reply.position) if reply and reply.started else None

    def clock(self) -> SoundClock | None:
        """The master clock of the reply in hand; None between replies."""
        with self._lock:
            if not self._replies:
                return None
            reply = self._replies[0]
            return SoundClock(position=reply.position, at_ns=self._next_ns, running=not reply.silent)

    def _play(self, out: Pcm, at_ns: int) -> int | None:
        """Fills the front of `out`; samples done, or None when the rest of it is silence."""
        if not self._replies:
            return None
        reply = self._replies[0]
        if not reply.started:
            wait = math.ceil((reply.at_ns - at_ns) * RATE_HZ / SECOND)
            if wait > 0:
                return wait if wait < out.size else None
            self._begin(reply, at_ns)
        position = reply.position
        pcm = reply.take(out.size)
        self._unsaid += int(pcm.size)
        if not pcm.size:
            return self._finish_or_starve(reply, at_ns)
        if reply.silent:
            reply.silent, reply.gap_since_ns = False, None
            self._rise = FADE_SAMPLES if position else 0
            self._report_clock(reply, position, at_ns, running=True)
        cut_short = pcm.size < out.size and not reply.complete
        out[: pcm.size] = self._fall(self._risen(pcm)) if cut_short else self._risen(pcm)
        return int(pcm.size)

    def _begin(self, reply: Reply, at_ns: int) -> None:
        reply.started = True
        self._begun = reply.key
        self._report(reply, "started", at_ns)

    def _finish_or_starve(self, reply: Reply, at_ns: int) -> int | None:
        follows = len(self._replies) > 1 and self._replies[1].at_ns <= at_ns
        forsaken = reply.gap_since_ns is not None and at_ns - reply.gap_since_ns >= FORSAKEN_NS
        if reply.complete or ((follows or forsaken) and not reply.slices):
            self._replies.pop(0)
            reply.silent = True
            self._report(reply, "done", at_ns)
            self._report_clock(reply, reply.position, at_ns, running=False)
            return 0
        if reply.gap_since_ns is None:
            reply.gap_since_ns = at_ns
            reply.underflows += 1
            reply.silent = True
            self._report_clock(reply, reply.position, at_ns, running=False)
        elif reply.slices and at_ns - reply.gap_since_ns >= HOLE_NS:
            reply.jump_hole()
            return 0
        return None

    def _fade_out(self, reply: Reply) -> None:
        """Moves the next 10 ms of a sounding reply, falling to zero, in front of everything else."""
        if reply.started and not reply.silent and not self._tail.size:
            self._tail = self._fall(self._risen(reply.take(FADE_SAMPLES)))
        if not reply.silent:
            reply.silent = True
            self._report_clock(reply, reply.position, self._after_tail(self._next_ns), running=False)

    def _risen(self, pcm: Pcm) -> Pcm:
        if not self._rise:
            return pcm
        count = min(self._rise, pcm.size)
        begun = FADE_SAMPLES - self._rise
        gain = np.ones(pcm.size)
        gain[:count] = np.arange(begun, begun + count) / FADE_SAMPLES
        self._rise -= count
        return (pcm * gain).astype(np.int16)

    @staticmethod
    def _fall(pcm: Pcm) -> Pcm:
        count = min(FADE_SAMPLES, pcm.size)
        gain = np.ones(pcm.size)
        gain[pcm.size - count :] = np.linspace(1, 0, count)
        return (pcm * gain).astype(np.int16)

    def _after_tail(self, now_ns: int) -> int:
        return (self._next_ns or now_ns) + nanoseconds(self._tail.size)

    def _report(self, reply: Reply, event: Event, at_ns: int) -> None:
        played = Played(event=event, position=reply.position, at_ns=at_ns, underflows=reply.underflows)
        self._reports.append(Heard(played, reply.turn, reply.gen))

    def _report_clock(self, reply: Reply, position: int, at_ns: int, *, running: bool) -> None:
        clock = SoundClock(position=position, at_ns=at_ns, running=running)
        self._reports.append(Heard(clock, reply.turn, reply.gen))
        self._reported_ns = at_ns

    def _report_progress(self) -> None:
        if self._replies and not self._replies[0].silent and self._next_ns - self._reported_ns >= REPORT_NS:
            reply = self._replies[0]
            self._report(reply, "playing", self._next_ns)
            self._report_clock(reply, reply.position, self._next_ns, running=True)
