"""Reference of a voice: somebody's recording and the words said in it, checked before a server learns the voice from it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bus.errors import Wrong

SHORTEST_S, LONGEST_S = 5.0, 60.0
"""Beyond these it is refused; 10 to 30 s are good."""
GOOD_S = (10.0, 30.0)
LEAST_HZ = 16_000
LOUDNESS_DB = -23.0
"""Loudness that every reference gets: root mean square of its speech, dB below full scale."""
PEAK = 0.95
QUIET_DB = -45.0
"""A window below it is silence."""
WINDOW_S = 0.05
CLIPPED, MOST_CLIPPED = 0.999, 0.001
"""A sample from the one on is clipped; a larger share of such is refused."""
MOST_SILENT = 0.5
MOST_BYTES = 64 << 20
FASTEST_HZ, SLOWEST_HZ = 30.0, 3.0
"""Letters a second of speech between which a transcript can be that of the recording."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`wav`: a 16-bit mono WAV file of the whole recording; `text`: what is said in it; `advice`: what would make it better."""

    wav: bytes
    text: str
    seconds: float
    advice: tuple[str, ...] = ()


def read_reference(path: Path, text: str) -> Reference:
    """The recording at `path` (WAV, FLAC or what else libsndfile reads). Raises Wrong for one that makes no good voice."""
    import soundfile

    words = " ".join(text.split())
    if not any(map(str.isalpha, words)):
        raise Wrong("the words said in the recording are missing", 'write them down: --text "..." or --text-file FILE')
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Wrong(
                f"{path} is larger than {MOST_BYTES >> 20} MiB", f"cut it to {GOOD_S[0]:.0f} to {GOOD_S[1]:.0f} s"
            )
        sound, rate_hz = soundfile.read(str(path), dtype="float32", always_2d=True)
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror or error}", "name a WAV or FLAC file") from None
    except soundfile.LibsndfileError:
        raise Wrong(f"{path} is no sound that can be read", "name a WAV or FLAC file") from None
    return made_ready(sound, rate_hz, words)


def made_ready(sound: NDArray[np.float32], rate_hz: int, text: str) -> Reference:
    """The same for sound of shape (samples, channels), full scale 1: checked, mixed to mono, brought to one loudness."""
    seconds = len(sound) / rate_hz
    if not SHORTEST_S <= seconds <= LONGEST_S:
        todo = f"{GOOD_S[0]:.0f} to {GOOD_S[1]:.0f} s of even speech are best"
        raise Wrong(f"the recording is {seconds:.1f} s long, not {SHORTEST_S:.0f} to {LONGEST_S:.0f} s", todo)
    if rate_hz < LEAST_HZ:
        raise Wrong(f"the recording has {rate_hz} Hz", f"record with {LEAST_HZ} Hz or more; 44100 is best")
    if not np.isfinite(sound).all():
        raise Wrong("the recording holds samples that are no numbers", "export it again as 16-bit WAV")
    if (np.abs(sound) >= CLIPPED).mean() > MOST_CLIPPED:
        raise Wrong("the recording is clipped", "record it again with less gain")
    mono = sound.mean(axis=1)
    loud = _speech(mono, rate_hz)
    if 1 - loud.mean() > MOST_SILENT:
        raise Wrong(
            f"{1 - loud.mean():.0%} of the recording is silence", "speak without long pauses, nearer to the microphone"
        )
    spoken_s = seconds * float(loud.mean())
    letters = sum(map(str.isalnum, text))
    if not SLOWEST_HZ * spoken_s <= letters <= FASTEST_HZ * spoken_s:
        raise Wrong(
            f"{letters} letters are not what is said in {spoken_s:.0f} s of speech",
            "write down every word of the recording",
        )
    levelled = _levelled(mono, loud, rate_hz)
    return Reference(_wav(levelled, rate_hz), text, seconds, tuple(_advice(seconds, rate_hz)))


def _speech(mono: NDArray[np.float32], rate_hz: int) -> NDArray[np.bool_]:
    """For each whole window, whether it holds sound."""
    size = round(rate_hz * WINDOW_S)
    windows = mono[: len(mono) // size * size].reshape(-1, size).astype(np.float64)
    levels: NDArray[np.float64] = np.sqrt(np.square(windows).mean(axis=1))
    return levels > 10 ** (QUIET_DB / 20)


def _levelled(mono: NDArray[np.float32], loud: NDArray[np.bool_], rate_hz: int) -> NDArray[np.float32]:
    size = round(rate_hz * WINDOW_S)
    speech = mono[: len(loud) * size].reshape(-1, size)[loud].astype(np.float64)
    level, peak = float(np.sqrt(np.square(speech).mean())), float(np.abs(mono).max())
    gain = min(10 ** (LOUDNESS_DB / 20) / level, PEAK / peak)
    return (mono * gain).astype(np.float32)


def _wav(mono: NDArray[np.float32], rate_hz: int) -> bytes:
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, mono, rate_hz, format="WAV", subtype="PCM_16")
    return out.getvalue()


def _advice(seconds: float, rate_hz: int) -> list[str]:
    advice = []
    if not GOOD_S[0] <= seconds <= GOOD_S[1]:
        advice.append(f"it is {seconds:.0f} s long: {GOOD_S[0]:.0f} to {GOOD_S[1]:.0f} s are best")
    if rate_hz < 32_000:
        advice.append(f"it has {rate_hz} Hz: 44100 sounds clearer")
    return advice
