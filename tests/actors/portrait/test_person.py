"""Scenes of the drawn person: everything in its place, whole, and the same each time."""

from __future__ import annotations

import numpy as np

from actors.portrait.eye import EYES_BOX, Gaze
from actors.portrait.person import PERSON, PICTURE, person
from actors.portrait.pose import REST
from actors.portrait.svg import render

HALF = 0.5


def test_the_person_lies_inside_its_region_and_has_no_holes() -> None:
    alpha = render(person(Gaze(), REST), PICTURE, HALF)[..., 3].copy()
    left, top, width, height = (int(value * HALF) for value in PERSON)
    inside = alpha[top : top + height, left : left + width].copy()
    alpha[top : top + height, left : left + width] = 0
    assert alpha.max() == 0
    for row in inside[20:-2]:
        solid = np.nonzero(row > 250)[0]
        gaps = (row[solid.min() : solid.max()] < 200).sum()
        assert gaps <= 30, "between ear and neck only"


def test_the_same_drawing_comes_out_each_time() -> None:
    assert person(Gaze(), REST) == person(Gaze(), REST)


def test_eyes_and_mouth_can_be_left_out() -> None:
    whole, blank = (render(person(gaze, pose), PICTURE, HALF) for gaze, pose in ((Gaze(), REST), (None, None)))
    rows, columns = np.nonzero((whole != blank).any(axis=2))
    x, y, width, _ = (value * HALF for value in EYES_BOX)
    assert rows.min() >= y - 1
    assert columns.min() >= x - 1
    assert columns.max() <= x + width + 1
    assert rows.max() > 205, "the mouth differs too"
