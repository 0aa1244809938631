"""Scenes of smart-turn: the real model's file where its extra is installed, and what happens where it is not."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from actors.turn_manager import smart_turn
from actors.turn_manager.log_mel import features
from actors.turn_manager.smart_turn import SmartTurn, SmartTurnSettings, model_file
from bus.errors import Fatal, Wrong

CONVERSATION = Path(__file__).parents[3] / "topology" / "conversation.wav"
installed = pytest.mark.skipif(
    importlib.util.find_spec("pipecat") is None, reason="needs the extra: uv sync --extra smart-turn"
)


def listen(*sounds: NDArray[np.int16], **settings: Any) -> list[float | None]:
    async def scene() -> list[float | None]:
        engine = SmartTurn(SmartTurnSettings(judge_within_ms=1_000, **settings))
        await engine.load()
        heard = [await engine.listen(pcm) for pcm in sounds]
        await engine.close()
        await engine.close()
        return heard

    return asyncio.run(scene())


def speech(start_s: float, seconds: float) -> NDArray[np.int16]:
    pcm, _ = soundfile.read(
        CONVERSATION, dtype="int16", start=int(start_s * 16_000), frames=int(seconds * 16_000), fill_value=0
    )
    return np.asarray(pcm)


@installed
def test_it_is_as_sure_as_the_model_itself() -> None:
    import onnxruntime

    sounds = [speech(0, 3), speech(2, 6), speech(5, 9.5)]
    session = onnxruntime.InferenceSession(str(model_file(None)), providers=["CPUExecutionProvider"])
    wanted = [float(session.run(None, {"input_features": features(pcm)[None]})[0][0, 0]) for pcm in sounds]
    assert listen(*sounds) == pytest.approx(wanted, abs=1e-4)
    assert len({round(sure, 3) for sure in wanted}) == 3


@installed
def test_what_is_too_short_is_not_judged_by_ear() -> None:
    assert listen(np.zeros(0, np.int16), np.ones(3_999, np.int16)) == [None, None]


@installed
def test_the_package_itself_is_never_imported() -> None:
    code = """
import asyncio, sys
from actors.turn_manager.smart_turn import SmartTurn, SmartTurnSettings
asyncio.run(SmartTurn(SmartTurnSettings()).load())
print("pipecat" in sys.modules, "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Fatal, match="pipecat-ai"):
        listen()
    lacking = SmartTurn.ready(SmartTurnSettings())
    assert (lacking.ok, lacking.todo) == (False, "install it: uv sync --extra smart-turn")


def test_a_missing_or_broken_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="nowhere"):
        listen(model=str(tmp_path / "nowhere.onnx"))
    (tmp_path / "bad.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(Fatal, match=r"bad\.onnx"):
        listen(model=str(tmp_path / "bad.onnx"))


def test_by_ear_where_it_heard_by_the_words_where_it_did_not() -> None:
    engine = SmartTurn(SmartTurnSettings(threshold=0.6, unfinished_words=("Oder",)))
    assert engine.looks_complete("and", "en", 0.7)
    assert not engine.looks_complete("Goodbye.", "en", 0.6)
    assert engine.looks_complete("Goodbye.", "en", None)
    assert not engine.looks_complete("so and", "en", None)
    assert not engine.looks_complete("das oder", "de", None)


def test_a_machine_that_is_too_busy_leaves_it_to_the_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    free = threading.Event()
    monkeypatch.setattr(smart_turn, "_judge", lambda session, pcm: free.wait(5) and 0.9)

    async def scene() -> tuple[float | None, float | None]:
        engine = SmartTurn(SmartTurnSettings(judge_within_ms=20))
        late = await engine.listen(speech(0, 1))
        free.set()
        for _ in range(50):  # the thread must first be done with what came too late
            if (sure := await engine.listen(speech(0, 1))) is not None:
                break
        await engine.close()
        return late, sure

    assert asyncio.run(scene()) == (None, 0.9)
    assert caplog.records[0].getMessage() == "no time to judge by ear"
