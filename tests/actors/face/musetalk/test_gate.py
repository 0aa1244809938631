"""Scenes of the gate: drawn mouths in speech, the idle one in silence, and two mixed pictures between them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from actors.face.musetalk.gate import HOLD, share


def shares(spoken: str) -> list[float]:
    """For each sign ("#" speech, "." silence) how much is drawn, in thirds; with three pictures behind the end."""
    loud = {frame: sign == "#" for frame, sign in enumerate(spoken)}
    return [round(share(loud, frame) * 3) for frame in range(len(spoken) + 3)]


def test_silence_is_never_drawn() -> None:
    assert shares("......") == [0] * 9


def test_the_mouth_comes_in_before_the_sound_and_leaves_after_it() -> None:
    assert shares("....#.........") == [0, 0, 1, 2, 3, *[3] * HOLD, 2, 1, 0, 0, 0, 0, 0, 0, 0]


def test_a_stop_inside_a_word_stays_drawn() -> None:
    assert shares("####...####")[:11] == [3] * 11


def test_at_the_end_of_the_reply_nothing_is_held() -> None:
    assert shares("###") == [3, 3, 3, 2, 1, 0]


@pytest.mark.parametrize("spoken", ["", "#", "#.#....#..#", "..#" * 5])
def test_from_picture_to_picture_it_changes_by_a_third_at_most(spoken: str) -> None:
    found = shares(spoken)
    assert all(abs(a - b) <= 1 for a, b in pairwise(found))
    assert found[-1] == 0
