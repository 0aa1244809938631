"""Scenes of the tail: what was heard last, and when it began."""

from __future__ import annotations

import numpy as np

from actors.vad.endpointer import WINDOW_NS
from actors.vad.engine import WINDOW, Sound
from actors.vad.tail import SECONDS, Tail

FULL = SECONDS * 16_000 // WINDOW


def window(number: int) -> Sound:
    return Sound(np.full(WINDOW, number, np.int16), number * WINDOW_NS)


def heard(tail: Tail) -> tuple[int, list[int]]:
    """When it begins, and the numbers of its windows."""
    message = tail.of(3)
    assert message.utterance == 3
    return message.at_ns // WINDOW_NS, np.frombuffer(message.payload, "<i2")[::WINDOW].tolist()


def test_it_holds_all_of_a_short_call() -> None:
    tail = Tail()
    for number in range(5):
        tail.hear(window(number))
    assert heard(tail) == (0, [0, 1, 2, 3, 4])


def test_it_holds_eight_seconds_of_a_long_one() -> None:
    tail = Tail()
    for number in range(1_000):
        tail.hear(window(number))
    assert heard(tail) == (1_000 - FULL, list(range(1_000 - FULL, 1_000)))


def test_what_comes_once_more_is_held_once() -> None:
    tail = Tail()
    for number in (1, 2, 3, 2, 3, 4):
        tail.hear(window(number))
    assert heard(tail) == (1, [1, 2, 3, 4])
