"""Scenes of invention: what Whisper writes over breath and noise, and what people really say."""

from __future__ import annotations

import math

import pytest

from actors.asr.invention import Limits, Passage, Reason, invented

SURE = (0.05, -0.3, 1.2)


@pytest.mark.parametrize(
    ("text", "no_speech", "logprob", "compression", "why"),
    [
        ("Розкажіть про себе.", *SURE, None),
        ("Мені потрібно подумати.", 0.9, -0.4, 1.1, None),
        ("mumbled words", 0.2, -1.4, 1.1, None),
        ("Mm.", 0.7, -1.1, 0.8, "silence"),
        ("зз кк дд", 0.1, -2.5, 1.0, "guess"),
        ("so so so so so so so so so so so", 0.1, -0.2, 4.0, "loop"),
        ("Дякую за перегляд!", 0.5, -0.2, 1.0, "phrase"),
        ("Thank you.", 0.4, -0.1, 1.0, "phrase"),
        ("Thank you.", 0.1, -0.1, 1.0, None),
        ("Дякую за перегляд моєї роботи.", 0.5, -0.2, 1.0, None),
        ("anything", 0.1, math.nan, 1.0, "guess"),
    ],
)
def test_a_passage_is_believed_or_not(
    text: str, no_speech: float, logprob: float, compression: float, why: Reason | None
) -> None:
    assert invented(Passage(text, no_speech, logprob, compression), Limits()) == why
