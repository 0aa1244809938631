"""Scenes of the tongue: a person who speaks Ukrainian, and a model that guesses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.asr.tongue import Guess, Tongue


def guess(**chances: float) -> Callable[[], Guess]:
    return lambda: list(chances.items())


def never() -> Guess:
    pytest.fail("a guess costs a pass of the model")


def test_a_language_that_is_given_is_never_guessed() -> None:
    tongue = Tongue("uk")
    assert tongue.known
    assert tongue.choose(5_000, never) == ("uk", True)


def test_only_languages_that_may_be_spoken_are_believed() -> None:
    assert Tongue(None, ["uk", "en"]).choose(2_000, guess(ru=0.7, uk=0.25, en=0.05)) == ("uk", True)
    assert Tongue(None).choose(2_000, guess(ru=0.7, uk=0.25, en=0.05)) == ("ru", True)


def test_a_short_word_is_of_the_language_before() -> None:
    tongue = Tongue(None, ["uk", "en"])
    assert not tongue.known
    assert tongue.choose(400, guess(uk=0.9, en=0.1)) == ("uk", True)
    assert tongue.choose(400, never) == ("uk", False)
    assert tongue.choose(1_000, guess(uk=0.1, en=0.9)) == ("en", True)


def test_an_unsure_guess_counts_for_less_than_the_language_before() -> None:
    tongue = Tongue(None)
    tongue.choose(2_000, guess(uk=0.9))
    assert tongue.choose(2_000, guess(pl=0.4, uk=0.35, sk=0.25)) == ("uk", True)
    assert tongue.choose(2_000, guess(pl=0.6, uk=0.3, sk=0.1)) == ("pl", True)


def test_where_the_model_does_not_know_the_languages_the_first_is_taken() -> None:
    assert Tongue(None, ["uk"]).choose(2_000, guess(en=1.0)) == ("uk", True)
    assert Tongue(None).choose(2_000, list) == ("en", True)
