"""Reference of a voice: what makes a good one, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from actors.tts.reference import made_ready, read_reference
from bus.errors import Wrong

RATE_HZ = 44_100
WORDS = "These are the words that somebody has said into the microphone, about as many as fit into it. " * 2


def speech(seconds: float = 12, level: float = 0.1, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    tone = level * np.sin(np.arange(round(seconds * rate_hz)) * (2 * np.pi * 220 / rate_hz))
    return np.asarray(tone, np.float32).reshape(-1, 1)


def sound_of(wav: bytes) -> NDArray[np.float32]:
    sound, rate_hz = soundfile.read(io.BytesIO(wav), dtype="float32", always_2d=True)
    assert (rate_hz, sound.shape[1]) == (RATE_HZ, 1)
    return np.asarray(sound, np.float32)


@pytest.mark.parametrize("level", [0.02, 0.1, 0.9])
def test_every_loudness_becomes_one_and_two_channels_become_mono(level: float) -> None:
    both = np.hstack([speech(level=level), speech(level=level)])
    ready = made_ready(both, RATE_HZ, WORDS)
    sound = sound_of(ready.wav)
    assert 20 * np.log10(np.sqrt(np.square(sound).mean())) == pytest.approx(-23, abs=0.1)
    assert len(sound) == len(both) and ready.seconds == 12 and ready.advice == ()


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_files_are_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"me.{suffix}"
    soundfile.write(path, speech(), RATE_HZ)
    ready = read_reference(path, f"\n {WORDS}\n")
    assert ready.text == WORDS.strip() and len(sound_of(ready.wav)) == 12 * RATE_HZ


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (speech(4), "4.0 s long"),
        (speech(61), "61.0 s long"),
        (np.clip(speech(level=2), -1, 1), "clipped"),
        (np.vstack([speech(5), np.zeros((7 * RATE_HZ, 1), np.float32)]), "58% of the recording is silence"),
        (speech(level=0), "silence"),
        (speech() * np.float32("nan"), "no numbers"),
    ],
)
def test_what_makes_no_good_voice_is_refused(sound: NDArray[np.float32], why: str) -> None:
    with pytest.raises(Wrong, match=why) as error:
        made_ready(sound, RATE_HZ, WORDS)
    assert error.value.todo


@pytest.mark.parametrize("text", ["Hello.", WORDS * 9])
def test_words_that_are_not_those_of_the_recording_are_refused(text: str) -> None:
    with pytest.raises(Wrong, match="letters are not what is said"):
        made_ready(speech(), RATE_HZ, text)


def test_a_telephone_s_sound_is_refused_and_a_short_or_dull_one_taken_with_advice() -> None:
    with pytest.raises(Wrong, match="8000 Hz"):
        made_ready(speech(rate_hz=8_000), 8_000, WORDS)
    assert len(made_ready(speech(8, rate_hz=16_000), 16_000, WORDS).advice) == 2


def test_no_words_no_file_and_no_sound_are_told(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="words said"):
        read_reference(tmp_path / "me.wav", " … 5")
    with pytest.raises(Wrong, match="cannot be read"):
        read_reference(tmp_path / "me.wav", WORDS)
    (tmp_path / "me.wav").write_text("no sound")
    with pytest.raises(Wrong, match="no sound"):
        read_reference(tmp_path / "me.wav", WORDS)
