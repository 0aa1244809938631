"""Scenes of silero on the demo's conversation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from actors.vad.engine import WINDOW
from actors.vad.silero import Silero
from bus.errors import Fatal

TOPOLOGY = Path(__file__).parents[3] / "topology"


def test_it_hears_speech_in_speech_and_none_in_the_pauses() -> None:
    pcm, _ = soundfile.read(TOPOLOGY / "conversation.wav", dtype="int16", frames=16_000 * 12)
    [first, second, *_] = json.loads((TOPOLOGY / "conversation.json").read_text(encoding="utf-8"))["turns"]
    detector = Silero()
    detector.load()
    chances = [detector.probability(window) for window in pcm[: pcm.size // WINDOW * WINDOW].reshape(-1, WINDOW)]
    spoken = chances[first["start_ms"] // 32 + 4 : first["end_ms"] // 32 - 4]
    silent = chances[first["end_ms"] // 32 + 8 : second["start_ms"] // 32 - 4]
    assert np.median(spoken) > 0.95
    assert max(silent) < 0.2


def test_after_a_reset_it_remembers_nothing() -> None:
    detector = Silero()
    detector.load()
    noise = np.random.default_rng(3).normal(scale=3_000, size=(20, WINDOW)).astype(np.int16)
    once = [detector.probability(window) for window in noise]
    assert [detector.probability(window) for window in noise] != once
    detector.reset()
    assert [detector.probability(window) for window in noise] == once


def test_a_missing_model_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Fatal) as error:
        Silero().load()
    assert "silero-vad" in error.value.what
    assert "pip install" in error.value.todo


def test_neither_torch_nor_the_package_itself_is_imported() -> None:
    code = "import sys; from actors.vad.silero import Silero; Silero().load(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "onnxruntime" in loaded
    assert not {"torch", "silero_vad"} & set(loaded)
