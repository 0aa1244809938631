"""Settings of vad itself, beside those of its microphone."""

from __future__ import annotations

from typing import Annotated

import msgspec

Path = Annotated[str, msgspec.Meta(min_length=1, extra={"path": "output"})]


class VadSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What counts as speech, when it has begun and ended, and what else is told about the microphone."""

    threshold: Annotated[float, msgspec.Meta(gt=0.15, lt=1)] = 0.5
    """Speech probability from which a window of 32 ms counts as speech."""
    start_ms: Annotated[int, msgspec.Meta(ge=32, le=1_000)] = 96
    """Speech has started after this much of it; anything shorter is a click or a cough."""
    stop_ms: Annotated[int, msgspec.Meta(ge=64, le=3_000)] = 200
    """Speech has stopped after this much silence. A pause is not yet the end of a turn: the turn-manager decides that."""
    pre_roll_ms: Annotated[int, msgspec.Meta(ge=0, le=2_000)] = 300
    """Sound before the onset that an utterance begins with, so that no soft first consonant is lost."""
    max_utterance_ms: Annotated[int, msgspec.Meta(ge=1_000, le=300_000)] = 30_000
    """A longer utterance is split, between two words where possible."""
    level_hz: Annotated[float, msgspec.Meta(gt=0, le=30)] = 12.0
    """How often the loudness of the microphone is told."""
    record: Path | None = None
    """Folder to keep everything heard in, as `parts/user.*.wav`; nothing is kept by default."""
