"""Picture of the avatar: mouth crops and camera frames. Pictures are JPEG in the payload."""

from __future__ import annotations

from typing import ClassVar

from bus.messages.message import Lane, Message, Spec

FPS = 25
"""Frames a second of the avatar everywhere."""
SAMPLES_PER_FRAME = 1_920
"""Samples of 48 kHz sound that one frame belongs to."""


class MouthFrame(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The mouth for samples [index*1920, index*1920+1920) of the reply's sound; JPEG, to be laid over the pack's box.

    It is drawn ahead of its time, by many seconds in a long reply: an av-sync that takes over needs it all the same.
    """

    spec: ClassVar = Spec("face.mouth", Lane.STREAM, fenced=True, ttl_ms=30_000, bulky=True)
    index: int
    clip_frame: int = -1
    """Frame of the idle clip that it was made for; -1: fits any."""
    last: bool = False
    """The reply has no frame after this one: the mouth is at rest."""


class FaceHealth(Message, frozen=True, kw_only=True, omit_defaults=True):
    """How fast mouths are drawn; sent each second while a reply is drawn, and at its end."""

    spec: ClassVar = Spec("face.health", Lane.LATEST, observed=True)
    fps: float
    """Pictures for each second of drawing, over the last ones: below 25 it cannot keep up."""
    batch_ms: float
    """How long it took on average until a call of the engine gave its pictures."""
    drawn: int
    """Pictures since the start of the process."""
    left_out: int
    """Pictures that were not drawn because they would have come late, or whose sound was missing."""


class FaceFrame(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A mouth crop with the time at which it is to be seen; JPEG."""

    spec: ClassVar = Spec("av-sync.frame", Lane.STREAM, fenced=True, ttl_ms=2_000, bulky=True)
    position: int
    """First sample of the reply's sound that it belongs to."""
    at_ns: int
    """Presentation time: when that sample is planned to be heard."""
    clip_frame: int = -1
    last: bool = False


class Shown(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A frame with a mouth was put on the camera: frame of sample `position` was shown at `at_ns`."""

    spec: ClassVar = Spec("cam-out.shown", Lane.LATEST, keep=50)
    position: int
    at_ns: int


class CameraHealth(Message, frozen=True, kw_only=True, omit_defaults=True):
    """How evenly the camera ran in the last second."""

    spec: ClassVar = Spec("cam-out.health", Lane.LATEST, observed=True)
    fps: float
    worst_gap_ms: float
    trouble: str = ""
    """What does not work although the camera goes on, such as a recording on a full disk; one line for people."""


class CameraPicture(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What the camera shows now, JPEG of the whole frame."""

    spec: ClassVar = Spec("cam-out.picture", Lane.LATEST, observed=True, bulky=True)
    at_ns: int
    """When it was shown."""
    speaking: bool = False
