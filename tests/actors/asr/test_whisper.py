"""Scenes of the engine "whisper" on a tiny model with random weights: it hears nonsense, and all the rest is real."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from actors.asr.actor import Asr
from actors.asr.whisper import Whisper
from actors.asr.whisper_settings import WhisperSettings
from actors.gpu import Gpu
from actors.readiness import readiness_of
from bus.errors import Fatal, Wrong
from bus.messages import Final, Partial, RecognitionCost, SpeechChunk
from bus.rehearsal import Rehearsal

CREDULOUS = {"device": "cpu", "guess_logprob": -100.0, "most_repetition": 1e9, "languages": ["uk", "en"]}
"""Believes the nonsense."""
NOISE = np.random.default_rng(1).normal(scale=3_000, size=512 * 70).astype("<i2")


def test_an_utterance_goes_through_the_whole_actor(tiny: Path) -> None:
    async def scene() -> None:
        async with Rehearsal(Asr.build("whisper", {"folder": str(tiny), **CREDULOUS})) as stage:
            for index, piece in enumerate(NOISE.reshape(-1, 512)):
                quiet_ms = max(0, index - 62) * 32
                await stage.send(
                    SpeechChunk(
                        utterance=1,
                        index=index,
                        at_ns=1 + index,
                        last=index == 69,
                        quiet_ms=quiet_ms,
                        payload=piece.tobytes(),
                    )
                )
                await asyncio.sleep(0.01)
            (final,) = stage.of(Final)
            assert final.text and final.words and final.language in ("uk", "en")
            assert all(0 <= w.start_ms <= w.end_ms <= 2_240 for w in final.words)
            (cost,) = stage.of(RecognitionCost)
            assert cost.sound_ms == 2_240 and cost.decode_ms > 0 and cost.real_time_factor > 0 and cost.passes >= 1
            assert all(partial.text for partial in stage.of(Partial))

    asyncio.run(scene())


def test_it_says_before_a_call_what_it_lacks(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert readiness_of(Whisper, WhisperSettings(folder=str(tiny))).ok
    lacking = readiness_of(Whisper, WhisperSettings())
    assert (lacking.ok, lacking.todo.split(";")[0]) == (
        False,
        "pull it: avatar models pull faster-whisper-large-v3-turbo",
    )
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert readiness_of(Whisper, WhisperSettings()).todo == "install it: uv sync --extra whisper"


def test_a_large_model_wants_a_gpu(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.asr.whisper.check_files", lambda folder: 809_000_000)
    monkeypatch.setattr("actors.asr.whisper.gpus", lambda: ())
    alone = Whisper.ready(WhisperSettings(folder=str(tiny)))
    assert (alone.ok, alone.slow, "needs a GPU" in alone.why) == (False, True, True)
    assert not Whisper.ready(WhisperSettings(folder=str(tiny), device="cuda")).slow, "without one it cannot run at all"
    assert Whisper.ready(WhisperSettings(folder=str(tiny), device="cpu")).ok
    monkeypatch.setattr("actors.asr.whisper.gpus", lambda: (Gpu("A card", 8_000, 7_000),))
    assert Whisper.ready(WhisperSettings(folder=str(tiny))).ok


@pytest.mark.usefixtures("tiny")
def test_a_model_that_is_not_there_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no folder"):
        asyncio.run(Whisper(WhisperSettings(folder=str(tmp_path / "mine"))).load())
    with pytest.raises(Fatal, match=r"no model\.bin, no config\.json"):
        asyncio.run(Whisper(WhisperSettings(folder=str(tmp_path))).load())
