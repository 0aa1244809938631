"""Scenes of the contract, on each engine of asr: the fake, pocketsphinx, and Whisper with a tiny model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from actors.asr.actor import Asr
from actors.asr.whisper_decoder import CLEAR_SPEECH
from tests.actors.asr.contract import SCENES, Candidate, end

ENGINES = ("fake", "pocketsphinx", "whisper")


@pytest.fixture(params=ENGINES, scope="module")
def candidate(request: pytest.FixtureRequest) -> Iterator[Candidate]:
    speech, _ = soundfile.read(CLEAR_SPEECH, dtype="int16", frames=512 * 40)
    settings: dict[str, object] = {}
    if request.param == "fake":
        settings = {"texts": ["як справи, друже? 😀"]}
    elif request.param == "whisper":
        tiny: Path = request.getfixturevalue("tiny")
        settings = {
            "folder": str(tiny),
            "device": "cpu",
            "guess_logprob": -100.0,
            "most_repetition": 1e9,
            "language": "uk",
        }
    huge_s = {"fake": 60, "pocketsphinx": 6, "whisper": 31}[request.param]
    made = Candidate(request.param, settings, np.asarray(speech), huge_s)
    yield made
    end(made)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_recogniser(scene: Callable[[Candidate], None], candidate: Candidate) -> None:
    scene(candidate)


def test_all_engines_are_under_the_contract() -> None:
    assert set(ENGINES) == set(Asr.engines)
