"""WAV header: how much sound it promises. libsndfile silently corrects a promise that the file does not keep."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

UNKNOWN_SIZES = (0, 0x7FFF_FFFF, 0xFFFF_FFFF)
"""What programs write when they cannot know the size yet, such as ffmpeg into a pipe."""


def promised_frames(file: BinaryIO) -> int | None:
    """Frames that the header of a RIFF WAV promises; None for other formats and when the header promises nothing."""
    file.seek(0)
    riff, _, wave = _unpack("<4sI4s", file) or (b"", 0, b"")
    if riff != b"RIFF" or wave != b"WAVE":
        return None
    frame_bytes = 0
    while chunk := _unpack("<4sI", file):
        name, size = chunk
        if name == b"data":
            return size // frame_bytes if frame_bytes and size not in UNKNOWN_SIZES else None
        body_at = file.tell()
        if name == b"fmt ":
            form = _unpack("<HHIIH", file)
            frame_bytes = form[4] if form else 0
        file.seek(body_at + size + size % 2)
    return None


def _unpack(form: str, file: BinaryIO) -> tuple[Any, ...] | None:
    raw = file.read(struct.calcsize(form))
    return struct.unpack(form, raw) if len(raw) == struct.calcsize(form) else None
