"""Scenes of the window: the exact steps and layers a picture sees, in their order."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actors.face.musetalk.window import LAYERS, TOKENS, last_step, positions, window

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def numbered(steps: int, first: int = 0, width: int = 4) -> Floats:
    """Step n, layer l holds n + l / 10 in each value."""
    values = np.arange(first, first + steps)[:, None] + np.arange(LAYERS)[None] / 10
    return np.repeat(values[..., None], width, axis=2).astype(np.float32)


@pytest.mark.parametrize("frame", [2, 3, 10])
def test_picture_f_sees_steps_2f_minus_4_to_2f_plus_6(frame: int) -> None:
    tokens = window(numbered(40), 0, frame)
    assert tokens.shape == (TOKENS, 4) == (50, 4)
    steps = [step for step in range(2 * frame - 4, 2 * frame + 6) for _ in range(LAYERS)]
    layers = [layer for _ in range(10) for layer in range(LAYERS)]
    wanted = np.array(steps) + np.array(layers) / 10
    assert np.allclose(tokens[:, 0], wanted), "step by step, in each step layer by layer"


def test_a_window_that_begins_where_a_known_bug_let_it_is_another() -> None:
    right = window(numbered(40), 0, 5)[0, 0]
    assert right == 6.0
    assert right != 2 * 5, "a port looked from 2f on: 80 ms late"


def test_before_the_beginning_and_behind_the_end_it_sees_nothing() -> None:
    steps = numbered(8) + 1
    assert (window(steps, 0, 0)[: 4 * LAYERS] == 0).all()
    assert (window(steps, 0, 0)[4 * LAYERS :] > 0).all()
    assert (window(steps, 0, 3)[6 * LAYERS :] == 0).all()
    assert (window(steps, 0, 50) == 0).all()


def test_steps_that_begin_in_the_middle_of_a_reply_keep_their_numbers() -> None:
    assert (window(numbered(60), 0, 20) == window(numbered(30, 30), 30, 20)).all()


def test_a_picture_looks_80_ms_ahead() -> None:
    assert [last_step(frame) for frame in (0, 1, 7)] == [6, 8, 20]


def test_positions_are_sine_and_cosine_by_turns() -> None:
    place = positions(384)
    assert place.shape == (50, 384)
    assert place[0].tolist() == [0.0, 1.0] * 192
    assert place[7, 0] == pytest.approx(math.sin(7))
    assert place[7, 1] == pytest.approx(math.cos(7))
    assert place[7, 2] == pytest.approx(math.sin(7 * 10_000 ** (-2 / 384)))
    assert place[49, 383] == pytest.approx(math.cos(49 * 10_000 ** (-382 / 384)))
