"""Scenes of the kinds: which topics are meant."""

from __future__ import annotations

import pytest

from bus.errors import Wrong
from bus.messages import Token
from remote.kinds import KINDS, PICTURES, SOUND_HZ, choose

KNOWN = ["tts.text", "tts.audio", "llm.token"]


def test_names_and_patterns_each_topic_once() -> None:
    assert choose(["llm.token", "t*.a*", "tts.*"], KNOWN) == ["llm.token", "tts.audio", "tts.text"]


@pytest.mark.parametrize(("word", "near"), [("tts.adio", 'did you mean "tts.audio"?'), ("x.*", "topics: llm.token")])
def test_what_fits_none_is_refused_with_what_there_is(word: str, near: str) -> None:
    with pytest.raises(Wrong) as refused:
        choose([word], KNOWN)
    assert near in refused.value.todo


def test_every_topic_of_the_house_is_known() -> None:
    assert KINDS["llm.token"] is Token
    assert {*SOUND_HZ, *PICTURES} <= set(KINDS)
