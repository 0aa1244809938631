"""Scenes of the words between hubs."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.crossing import (
    Afar,
    AnyCrossing,
    Carry,
    Crossing,
    Got,
    Handled,
    Meet,
    News,
    Opened,
    Wants,
    decode_crossing,
    encode_crossing,
)
from bus.errors import Broken

WORDS: list[Crossing] = [
    Meet("gpu", 5, 2, 77),
    Opened(77),
    News((Afar("tts", 1, "tts", True, ("a",), ("b",), (), (), (), ()),), ("tts#0",)),
    Wants((b"tts.audio\0", b"~face.mouth\0")),
    Carry(("face#1", "av-sync#3"), 9, 77, 2**32),
    Handled("face#1", (1, 2**64 - 1)),
    Got(2**40, 7),
]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_arrives_as_it_was_said(word: Crossing) -> None:
    assert decode_crossing(encode_crossing(word)) == word


def test_every_word_can_be_read() -> None:
    assert set(get_args(AnyCrossing)) == set(Crossing.__subclasses__())


@given(st.binary(max_size=300))
def test_any_other_bytes_are_refused_and_nothing_else_is_raised(frame: bytes) -> None:
    try:
        decode_crossing(frame)
    except Broken as error:
        assert "between hubs" in error.what
