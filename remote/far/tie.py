"""Tie to another host: how far it is, when the next try is due, and what to say about it. Pure.

shipping -> starting -> joining -> up      a step each: the code is there, the anchor runs, the hubs have met
up <-> silent                              nothing is heard, though nobody has hung up
any of them -> lost -> starting -> ...     the connection is gone, or could not be made; tried again and again

A try may hang for long in a network that is gone, and longer than that: what was lost is sent again after ever longer
pauses. So once the part there has begun, a fresh try begins beside those that hang, also beside a connection that is silent.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from bus.clock import MS, SECOND
from bus.errors import AvatarError, Gone
from bus.span_view import SpanView

Stage = Literal["waiting", "shipping", "starting", "joining", "up", "silent", "lost", "ended"]

FIRST_NS = 100 * MS
MOST_NS = 500 * MS
"""The network may be back at any moment, and a person waits."""
TRIES = 4
"""At most at a time; an old one is given up for a fresh one."""
JOIN_NS = 3 * SECOND
"""Hubs that have not met in this time will hardly meet over this connection."""
HOPELESS_NS = 5 * SECOND
"""What no try can mend by itself, such as another host key, somebody may."""


class LinkStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One connection, for people. Times of what is not known are 0."""

    host: str
    address: str
    stage: Stage
    words: str
    """What is going on."""
    since_s: float = 0.0
    cuts: int = 0
    """How often it was lost."""
    trip_ms: float = 0.0
    clock_ms: float = 0.0
    """How far the comparison of the two clocks is likely off at most."""
    clock_bound_ms: float = 0.0
    """How far it may be off at worst."""
    voice_ms: float = 0.0
    """What sound and words from there have lately needed for the way (p99)."""


class Tie:
    """One of them. Times in ns of this host's clock."""

    def __init__(self, host: str, address: str) -> None:
        self.host = host
        self.address = address
        self.stage: Stage = "waiting"
        self.was_up = False
        self.has_begun = False
        """Its part of the call is there, as far as is known: several tries may look for it."""
        self.cuts = 0
        self.error: AvatarError | None = None
        """Why it is lost, or why the last try failed."""
        self.detail = ""
        """What is being done, in the words of whoever does it."""
        self.since_ns = 0
        self._due_ns = 0
        self._wait_ns = FIRST_NS
        self._login_ns = 0

    def reached(self, stage: Stage, at_ns: int) -> None:
        """It has come so far."""
        if stage != self.stage and (stage == "up" or not self.was_up):
            self.since_ns = at_ns
        if stage != self.stage:
            self.detail = ""
        self.stage = stage
        if stage == "joining":
            self._due_ns = at_ns + JOIN_NS
        elif stage == "up":
            self.was_up, self.error, self._wait_ns = True, None, FIRST_NS
            self.has_begun = True

    def tried(self, at_ns: int) -> None:
        """A try begins."""
        if self.stage not in ("silent", "joining"):
            self.reached("starting", at_ns)
        self._due_ns = at_ns + max(MOST_NS, 2 * self._login_ns // TRIES)

    @property
    def was_there(self) -> bool:
        """Whether anybody has arrived there to begin its part of the call."""
        return self.was_up or self._login_ns > 0

    def logged_in(self, took_ns: int) -> None:
        """How long a try needed: each gets twice that time."""
        self._login_ns = took_ns

    def fell_silent(self, at_ns: int) -> None:
        """Nothing is heard any more."""
        self.cuts += 1
        self.stage, self.since_ns = "silent", at_ns
        self._due_ns = at_ns + MOST_NS

    def turned(self, address: str, at_ns: int) -> None:
        """It is reached at another address from now on."""
        if self.stage == "up":
            self.since_ns = at_ns
        self.address, self.stage, self.error, self.detail = address, "lost", Gone(f"its address is {address} now"), ""
        self._due_ns, self._wait_ns = at_ns, FIRST_NS

    def over(self, error: AvatarError, at_ns: int) -> None:
        """Its part of the call has ended there, and must begin anew."""
        self.has_begun = False
        self.failed(error, at_ns)

    def failed(self, error: AvatarError, at_ns: int) -> None:
        """It is gone, or a try has failed: the next one is due a little later than after the one before."""
        if self.stage == "up":
            self.fell_silent(at_ns)
        elif not self.was_up:
            self.since_ns = at_ns
        self.stage, self.error, self.detail = "lost", error, ""
        self._due_ns = at_ns + (self._wait_ns if error.restart_helps else HOPELESS_NS)
        self._wait_ns = min(2 * self._wait_ns, MOST_NS)

    def is_due(self, at_ns: int) -> bool:
        """Whether to try now."""
        again = self.has_begun and self.stage in ("starting", "joining", "silent")
        return self.stage == "waiting" or ((self.stage == "lost" or again) and at_ns >= self._due_ns)

    def status(self, at_ns: int, span: SpanView | None = None) -> LinkStatus:
        """For people. `span`: what the hubs know of the way."""
        since_s = round((at_ns - self.since_ns) / SECOND, 1) if self.since_ns else 0.0
        return LinkStatus(
            host=self.host,
            address=self.address,
            stage=self.stage,
            words=self._words(since_s, span),
            since_s=since_s,
            cuts=self.cuts,
            trip_ms=span.trip_ms if span else 0.0,
            clock_ms=span.clock_ms if span else 0.0,
            clock_bound_ms=span.clock_bound_ms if span else 0.0,
            voice_ms=span.voice_ms if span else 0.0,
        )

    def _words(self, since_s: float, span: SpanView | None) -> str:
        lost = f", lost {self.cuts} time{'s' if self.cuts > 1 else ''} so far" if self.cuts else ""
        why = self.error.what if self.error else "the connection is gone"
        out = f"out of reach for {since_s:.0f} s: {why}; "
        words: dict[Stage, str] = {
            "waiting": "not asked for yet",
            "shipping": self.detail or "looking at what it needs",
            "starting": f"{out}logging in again" if self.was_up else "logging in and starting its part of the call",
            "joining": "joining the two hubs",
            "up": f"connected{_measures(span)}{lost}",
            "silent": f"silent for {since_s:.0f} s; waiting for it",
            "lost": f"{out}trying again",
            "ended": "its part of the call has ended",
        }
        return words[self.stage]


def _measures(span: SpanView | None) -> str:
    if span is None:
        return ""
    voice = f", voice within {span.voice_ms:.0f} ms" if span.voice_ms else ""
    clocks = f"clocks within ±{span.clock_ms:.1f} ms (at worst ±{span.clock_bound_ms:.1f})"
    return f", round trip {span.trip_ms:.1f} ms{voice}, {clocks}"
