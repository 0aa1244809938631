"""Scenes of the truth about a recorded person."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from actors.vad.sound_file import SoundFile, SoundFileSettings
from bus import clock
from bus.errors import Wrong
from remote.bench.truth import SaidTurn, TrueTurn, Truth, first_sample_ns


def test_turns_lie_on_the_clock_of_the_host() -> None:
    truth = Truth(16_000, 3_000, (SaidTurn("hello", 800, 2_550.5),))
    assert truth.at(1_000) == (TrueTurn(800_001_000, 2_550_501_000),)


@pytest.mark.parametrize(("samples", "tail_ms"), [(1_000, 100), (512, 0), (1_024, 64), (1, 0)])
def test_the_first_sample_is_found_from_the_last_window_of_the_file_microphone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samples: int, tail_ms: int
) -> None:
    soundfile.write(tmp_path / "said.wav", np.zeros(samples, np.int16), 16_000)

    async def at_once(_: int) -> None:
        await asyncio.sleep(0)

    async def scene() -> list[int]:
        monkeypatch.setattr(clock, "sleep_until", at_once)
        microphone = SoundFile(SoundFileSettings(path=str(tmp_path / "said.wav"), tail_ms=tail_ms))
        await microphone.open()
        times = [sound.at_ns async for sound in microphone.windows()]
        await microphone.close()
        return times

    times = asyncio.run(scene())
    assert first_sample_ns(times[-1], samples, tail_ms) == times[0]


def test_a_file_that_is_no_truth_is_told(tmp_path: Path) -> None:
    (tmp_path / "said.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Wrong, match="cannot be read"):
        Truth.read(tmp_path / "said.json")
