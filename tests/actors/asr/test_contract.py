"""Scenes of the contract, on each engine of asr: the fake, pocketsphinx, and Whisper with a tiny model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from actors.asr.actor import Asr
from actors.asr.whisper_decoder import CLEAR_SPEECH
from tests.actors.asr import contract
from tests.actors.asr.contract import SCENES, Candidate, end
from tests.actors.cases import cases

HUGE_S = {"fake": 60, "pocketsphinx": 6, "whisper": 31}
NOT_FOR = {
    (contract.gives_words_while_they_are_said, "whisper"): "the machine decides how often: test_whisper_hearing.py",
    (contract.one_that_hangs_ends_its_process_and_keeps_the_utterance, "fake"): "it computes nothing that could",
}


@pytest.fixture(scope="module")
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
    made = Candidate(request.param, settings, np.asarray(speech), HUGE_S[request.param])
    yield made
    end(made)


@pytest.mark.parametrize(
    ("candidate", "scene"), cases(Asr.engines, SCENES, NOT_FOR), indirect=["candidate"], scope="module"
)
def test_a_recogniser(scene: Callable[[Candidate], None], candidate: Candidate) -> None:
    scene(candidate)
