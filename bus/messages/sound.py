"""Sound on its way out: av-sync's slices, and what mic-out really played. s16le, 48 kHz, mono."""

from __future__ import annotations

from typing import ClassVar, Literal

from bus.messages.message import Lane, Message, Spec


class SoundSlice(Message, frozen=True, kw_only=True, omit_defaults=True):
    """20 ms of the reply's sound (the last one may be shorter), in `payload`."""

    spec: ClassVar = Spec("av-sync.audio", Lane.STREAM, fenced=True)
    position: int
    at_ns: int
    """Presentation time: when its first sample is planned to be heard."""
    last: bool = False
    """The reply ends with this slice (payload may be empty)."""


class Skew(Message, frozen=True, kw_only=True, omit_defaults=True):
    """How far picture and sound were apart at the sinks in the last second of speech.

    Positive: the sound came first (the picture is late). Detectable beyond +45 / -125 ms (ITU-R BT.1359-1).
    """

    spec: ClassVar = Spec("av-sync.skew", Lane.STATE, observed=True)
    median_ms: float
    worst_ms: float
    frames: int


class Played(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What was really heard of the reply: all samples below `position`. Sent on each event and every 100 ms of speech."""

    spec: ClassVar = Spec("mic-out.played", Lane.STREAM)
    event: Literal["started", "playing", "paused", "resumed", "cut", "done"]
    position: int
    at_ns: int
    """When the sample `position` was (or would have been) heard."""
    underflows: int = 0
    """Gaps inside the reply since it started: slices that came too late."""


class SoundClock(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The master clock: sample `position` of the reply is heard at `at_ns`; `running` is false while nothing moves."""

    spec: ClassVar = Spec("mic-out.clock", Lane.LATEST, keep=1)
    position: int
    at_ns: int
    running: bool


class HeardSound(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What goes out of the microphone now, 20 ms, silence included; for listeners such as the stage page."""

    spec: ClassVar = Spec("mic-out.sound", Lane.LATEST, keep=50, observed=True)
    at_ns: int
    """When its first sample is heard."""


class PlayedEnvelope(Message, frozen=True, kw_only=True, omit_defaults=True):
    """How loud what goes into a loudspeaker is: a byte for each of 12 bands every 16 ms (actors/envelope.py), 6 kbit/s, and
    nothing while it is silent. Vad's echo guard knows the avatar's own voice by it."""

    spec: ClassVar = Spec("mic-out.envelope", Lane.LATEST, keep=50, optional=True, observed=True)
    at_ns: int
    """When the first step is heard."""


class PageSound(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The browser's microphone: s16le, 16 kHz, mono, any length."""

    spec: ClassVar = Spec("web.sound", Lane.STREAM, optional=True, ttl_ms=2_000)
    at_ns: int
    """Capture time of its first sample, estimated from arrival."""
