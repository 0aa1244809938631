"""Conversation of the demo: writes topology/conversation.wav and what is said in it, when.

    python tests/tools/make_conversation.py

The voice is synthetic: flite's "rms" (CMU, permissive licence), which the embedded recogniser understands best of flite's
voices. It leaves the time that the avatar needs to answer, and interrupts it once in the middle of a sentence.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE_HZ = 16_000
VOICE = "rms"
PEAK = 0.5
EDGE_DBFS = -40.0
"""Speech begins and ends with the first and last step of 5 ms that is louder than this, measured before the noise."""
STEP = 80
ROOM_DBFS = -62.0
HEADROOM_MS = 30
"""Kept around the edges, so that soft beginnings are not clipped."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """One turn of the user: `parts` are spoken with `pause_ms` between them, `after_ms` after the turn before."""

    parts: tuple[str, ...]
    after_ms: int
    interrupts: bool = False
    pause_ms: int = 300


TURNS = (
    Said(("Hello, tell me who you are.",), 800),
    Said(("What happens if one of your parts crashes?",), 9_000),
    Said(("Wait, sorry, who made you?",), 3_500, interrupts=True),
    Said(("Is my data private?",), 9_000),
    Said(("Okay,", "how fast do you answer?"), 9_000),
    Said(("That was all for today. Goodbye.",), 9_000),
)
ENDING_MS = 500


def speak(text: str) -> NDArray[np.float64]:
    """The sound of `text`, peak 0.5, silence around it cut off."""
    flite = shutil.which("flite")
    if flite is None:
        sys.exit("flite is not installed\napt install flite")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run([flite, "-voice", VOICE, "-t", text, "-o", str(path)], check=True)
        sound, rate_hz = soundfile.read(path)
    assert rate_hz == RATE_HZ
    sound = sound * (PEAK / np.abs(sound).max())
    start, end = speech_edges(sound)
    kept = HEADROOM_MS * RATE_HZ // 1000
    return np.asarray(sound[max(0, start - kept) : end + kept], dtype=np.float64)


def speech_edges(sound: NDArray[np.float64]) -> tuple[int, int]:
    """First sample of speech, and the first one after it."""
    steps = sound[: sound.size // STEP * STEP].reshape(-1, STEP)
    loud = np.flatnonzero(np.sqrt(np.mean(np.square(steps), axis=1)) >= 10 ** (EDGE_DBFS / 20))
    return int(loud[0]) * STEP, int(loud[-1] + 1) * STEP


def room(samples: int) -> NDArray[np.float64]:
    """Steady soft noise of a room, a little darker than white."""
    white = np.random.default_rng(7).normal(size=samples)
    dark = np.convolve(white, [0.5, 0.3, 0.2], mode="same")
    return np.asarray(dark / dark.std() * 10 ** (ROOM_DBFS / 20))


def main() -> None:
    """Writes the sound, what is true about it, and what a recogniser should hear."""
    pieces: list[NDArray[np.float64]] = []
    turns: list[dict[str, object]] = []
    at = 0
    for said in TURNS:
        gap = np.zeros(round(said.pause_ms * RATE_HZ / 1000))
        spoken = [speak(part) for part in said.parts]
        turn = np.concatenate([x for part in spoken for x in (part, gap)][:-1])
        start, end = speech_edges(turn)
        silence = said.after_ms * RATE_HZ // 1000 - start
        begin = at + silence
        turns.append(
            {
                "text": " ".join(said.parts),
                "start_ms": (begin + start) * 1000 // RATE_HZ,
                "end_ms": (begin + end) * 1000 // RATE_HZ,
                "interrupts": said.interrupts,
            }
        )
        pieces += [np.zeros(silence), turn[:end]]
        at = begin + end
    pieces.append(np.zeros(ENDING_MS * RATE_HZ // 1000))
    sound = np.concatenate(pieces)
    pcm = np.round((sound + room(sound.size)) * 32_767).astype(np.int16)
    soundfile.write(ROOT / "topology" / "conversation.wav", pcm, RATE_HZ, subtype="PCM_16")
    truth = {"rate_hz": RATE_HZ, "length_ms": pcm.size * 1000 // RATE_HZ, "turns": turns}
    (ROOT / "topology" / "conversation.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8")
    said_plainly = ["".join(c for c in str(t["text"]).lower() if c.isalpha() or c in " '") for t in turns]
    (ROOT / "tests" / "traces" / "conversation.txt").write_text("\n".join(said_plainly) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
