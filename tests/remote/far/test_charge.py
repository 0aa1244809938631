"""Scenes of the line that an anchor gets, and of those that it tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errors import Broken
from remote.ending import Ending
from remote.far.charge import Charge, Word, read_charge, read_word
from remote.far.place import Place
from tests.remote.doubles import KEYS, plan

GPU = Place(host="gpu", gate={"swift": 4001, "bulky": 4002}, epochs={"tts": 1_003})


def test_a_charge_arrives_as_it_was_sent(tmp_path: Path) -> None:
    charge = Charge(session="scene@gpu", keys=KEYS, plan=plan(tmp_path), place=GPU)
    line = charge.encoded()
    assert line.count(b"\n") == 1
    assert read_charge(line) == charge


def test_a_charge_never_shows_its_keys(tmp_path: Path) -> None:
    charge = Charge(session="scene", keys=KEYS, plan=plan(tmp_path), place=GPU)
    assert KEYS.hub_secret not in repr(charge)
    with pytest.raises(Broken) as refused:
        read_charge(charge.encoded()[:-30])
    assert KEYS.hub_secret not in str(refused.value)


def test_what_an_anchor_tells_arrives_as_it_was_sent() -> None:
    word = Word(anchor="ended", ending=Ending("no microphone", "plug one in", 2))
    assert read_word(word.encoded().decode()) == word


@pytest.mark.parametrize("line", ["", "Welcome to gpu!", "{}", '{"anchor": "flying"}', "[1, 2]"])
def test_the_greeting_of_a_login_is_no_word_of_an_anchor(line: str) -> None:
    assert read_word(line) is None
