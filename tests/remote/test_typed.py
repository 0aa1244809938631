"""Scenes of typed words; the way to a call and back is in tests/cli/test_ask.py and test_say.py."""

from __future__ import annotations

import pytest

from bus.errors import Wrong
from remote.typed import MAX_CHARACTERS, checked


def test_blanks_around_are_taken_away_and_the_limit_is_for_what_is_left() -> None:
    assert checked("  a b\n") == "a b"
    assert len(checked(" " + "🙂" * MAX_CHARACTERS + "\n")) == MAX_CHARACTERS


@pytest.mark.parametrize("text", ["", "\u00a0\t", "x" * (MAX_CHARACTERS + 1)])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(Wrong):
        checked(text)


def test_no_text_that_is_let_through_is_too_long_for_the_avatar() -> None:
    from actors.turn_manager.scripts import MAX_TEXT

    assert MAX_CHARACTERS <= MAX_TEXT
