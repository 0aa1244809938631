"""Plans of the end-to-end tests: the bundled ones with what a test needs changed, and pieces of the demo's conversation."""

from __future__ import annotations

import json
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TOPOLOGY = Path(__file__).parents[2] / "topology"
CONVERSATION = TOPOLOGY / "conversation.wav"
RATE_HZ = 16_000

PERSONA = """
name = "Nova"
language = "en"
[greeting]
en = "Hello."
[unknown]
en = ["No."]
[[answer]]
questions = ["are you there"]
answer = "Yes."
[[answer]]
questions = ["tell me a story"]
answer = "Once there was a long road through the hills, and nobody knew where it went, until one day a child walked along it to the very end and found the sea."
[[answer]]
questions = ["is my data private"]
answer = "It is."
"""
"""Short answers, so that a test can ask often, and a long one to talk over."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn of the bundled conversation; times in ms."""

    text: str
    start_ms: int
    end_ms: int
    interrupts: bool


def conversation() -> list[Asked]:
    """What the person says in conversation.wav, and when."""
    turns = json.loads((TOPOLOGY / "conversation.json").read_text(encoding="utf-8"))["turns"]
    return [Asked(**turn) for turn in turns]


def sound(start_ms: int, end_ms: int) -> NDArray[np.int16]:
    """A piece of conversation.wav: 16 kHz, mono."""
    with wave.open(str(CONVERSATION)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return pcm[start_ms * RATE_HZ // 1000 : end_ms * RATE_HZ // 1000]


def question(index: int) -> NDArray[np.int16]:
    """One question with 400 ms of silence before and after."""
    asked = conversation()[index]
    quiet = np.zeros(400 * RATE_HZ // 1000, np.int16)
    return np.concatenate([quiet, sound(asked.start_ms, asked.end_ms), quiet])


def write_wav(path: Path, pcm: NDArray[np.int16], rate_hz: int = RATE_HZ, channels: int = 1) -> Path:
    """A 16-bit WAV at another rate, resampled, with the same sound in every channel."""
    import soxr

    out = soxr.resample(pcm, RATE_HZ, rate_hz)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.repeat(out.astype("<i2"), channels).tobytes())
    return path


def heard_plan(
    folder: Path, wav: Path, *, record: str = "out", persona: Path | None = None, tail_ms: int = 4_000
) -> Path:
    """The demo's plan with another sound file; it ends soon after it."""
    text = (TOPOLOGY / "demo.toml").read_text(encoding="utf-8")
    text = text.replace('"out/demo"', json.dumps(record))
    text = text.replace('path = "conversation.wav"', f"path = {json.dumps(str(wav))}\ntail_ms = {tail_ms}")
    return _write(folder / "heard.toml", text, persona)


def live_plan(folder: Path, *, port: int = 0, persona: Path | None = None, grace_s: float = 60) -> Path:
    """The live plan on any free port, without opening a browser."""
    text = (TOPOLOGY / "local.toml").read_text(encoding="utf-8")
    text = text.replace("port = 8440", f"port = {port}").replace("open_browser = true", "open_browser = false")
    text = text.replace('name = "local"', f'name = "local"\ngrace_s = {grace_s}')
    return _write(folder / "live.toml", text, persona)


def ears_plan(folder: Path, wav: Path) -> Path:
    """Nothing but a microphone that plays a file."""
    path = folder / "ears.toml"
    path.write_text(
        f'[actors.vad]\nengine = "file"\n[actors.vad.settings]\npath = {json.dumps(str(wav))}\n', encoding="utf-8"
    )
    return path


def short_persona(folder: Path) -> Path:
    """Writes PERSONA."""
    path = folder / "persona.toml"
    path.write_text(PERSONA, encoding="utf-8")
    return path


def _write(path: Path, text: str, persona: Path | None) -> Path:
    named = str(persona or TOPOLOGY / "persona.toml")
    text = text.replace('phrases = "persona.toml"', f"phrases = {json.dumps(named)}")
    text = text.replace('persona = "persona.toml"', f"persona = {json.dumps(named)}")
    path.write_text(text, encoding="utf-8")
    return path
