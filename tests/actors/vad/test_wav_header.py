"""Scenes of the WAV header."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from actors.vad.wav_header import UNKNOWN_SIZES, promised_frames


def wav(data_size: int, extra: bytes = b"") -> io.BytesIO:
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 44_100, 176_400, 4, 16)
    return io.BytesIO(b"RIFF\0\0\0\0WAVE" + form + extra + struct.pack("<4sI", b"data", data_size))


def test_it_promises_bytes_by_frame() -> None:
    assert promised_frames(wav(4_000)) == 1_000


def test_other_chunks_are_skipped_also_of_odd_size() -> None:
    assert promised_frames(wav(4_000, b"LIST" + struct.pack("<I", 3) + b"abc\0")) == 1_000


@pytest.mark.parametrize("size", UNKNOWN_SIZES)
def test_a_size_that_nobody_knew_is_no_promise(size: int) -> None:
    assert promised_frames(wav(size)) is None


@pytest.mark.parametrize("raw", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"fLaC" + bytes(40), b"RIFF\0\0\0\0WAVEfmt "])
def test_what_is_no_wav_promises_nothing(raw: bytes) -> None:
    assert promised_frames(io.BytesIO(raw)) is None


def test_it_agrees_with_a_real_file() -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros((777, 2)), 8_000, format="WAV", subtype="PCM_24")
    assert promised_frames(file) == 777
