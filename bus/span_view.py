"""View of a span, in the hub's answer to "spans": how the way to another host is."""

from __future__ import annotations

import msgspec


class SpanView(msgspec.Struct, frozen=True):
    """One other host."""

    host: str
    open: bool
    """Messages may cross."""
    silent_ms: float
    """Since anything was heard from there."""
    trip_ms: float
    clock_ms: float
    """How far the comparison of the two clocks is likely off at most."""
    clock_bound_ms: float = 0.0
    """How far it may be off at worst."""
    voice_ms: float = 0.0
    """What hardly any stream message but pictures has lately taken from there (p99)."""
    pictures_ms: float = 0.0
    """The same of mouths."""
