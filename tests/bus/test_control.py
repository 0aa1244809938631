"""Scenes of the control words."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.control import AnyWord, Beat, Bye, Drops, Hello, Pulse, Word, decode_word, encode_word
from bus.errors import Broken


@pytest.mark.parametrize(
    "word",
    [Hello("tts", 1, "actor", 7, takes=("a.b",)), Beat(Pulse(1.5, drops=(Drops("a.b", "stale", 3),))), Bye("it broke")],
    ids=lambda word: type(word).__name__,
)
def test_a_word_comes_back_as_it_went(word: Word) -> None:
    assert decode_word(encode_word(word)) == word


def test_every_word_can_be_read() -> None:
    assert set(get_args(AnyWord)) == set(Word.__subclasses__())


@given(st.binary(max_size=80))
def test_anything_else_is_broken_and_nothing_worse(frame: bytes) -> None:
    with pytest.raises(Broken, match="not a control word"):
        decode_word(frame)


def test_invalid_utf8_in_a_word_is_broken_too() -> None:
    with pytest.raises(Broken):
        decode_word(b"\x82\xa4type\xa3Bye\xa4what\xa2\xff\xfe")
