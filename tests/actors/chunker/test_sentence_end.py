"""Scenes of dots: which of them end a sentence."""

from __future__ import annotations

import pytest

from actors.chunker.sentence_end import ends_sentence


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        ("It works.", "T", True),
        ("It works.", "t", False),
        ('"It works."', "S", True),
        ("It works", "T", False),
        ("with Dr.", "S", False),
        ("at 5 p.m.", "T", True),
        ("at 5 p.m.", "o", False),
        ("J.", "S", False),
        ("у 2024 р.", "К", True),
        ("А. Д.", "І", False),
        ("і т. д.", "П", True),
        ("1.", "F", False),
        ("Two things: 2.", "S", False),
        ("in room 12.", "S", True),
        ("Well...", "s", False),
        ("Well…", "S", True),
        ("Done.", "«", True),
        ("Done.", "5", True),
    ],
)
def test_the_word_before_and_the_letter_after_decide(before: str, after: str, ends: bool) -> None:
    assert ends_sentence(before, after) is ends
