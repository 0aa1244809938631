"""Scenes of the rules of the thoughts: each finds the damage that it is there for."""

from __future__ import annotations

import pytest

from bus.messages import AnswerDone, Sentence, SentencesDone, Token
from tests.remote.audit.scene import Spoil, other, spoilt, swapped, twice, without


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        pytest.param(without(Token, 1), "tokens exactly once", id="a token is missing"),
        pytest.param(twice(Token, 1), "tokens exactly once", id="a token comes twice"),
        pytest.param(swapped(Token), "tokens exactly once", id="tokens in disorder"),
        pytest.param(other(AnswerDone, tokens=4), "tokens exactly once", id="fewer tokens than it says"),
        pytest.param(without(Sentence, 1), "sentences exactly once", id="a sentence is missing"),
        pytest.param(twice(Sentence), "sentences exactly once", id="a sentence comes twice"),
        pytest.param(swapped(Sentence), "sentences exactly once", id="sentences in disorder"),
        pytest.param(other(SentencesDone, sentences=3), "sentences exactly once", id="fewer sentences than it says"),
        pytest.param(other(Sentence, text="Hi."), "sentences say the answer", id="a word is missing"),
    ],
)
def test_damage_is_found(spoil: Spoil, rule: str) -> None:
    assert rule in spoilt(spoil)
