"""Scenes of the shape: MuseTalk's box from the points of a face."""

from __future__ import annotations

import numpy as np
import pytest

from actors.filmed.shape import MARGIN, Shape, crop_box, from_box, from_square, mixed


def test_the_box_goes_from_ear_to_ear_with_the_bridge_of_the_nose_at_half_of_its_height() -> None:
    jaw = np.array([(500.0, 300.0), (600.0, 480.0), (700.0, 300.0)])
    box = crop_box(Shape(jaw, np.array([600.0, 330.0]), np.array([600.0, 360.0])))
    assert (box.x, box.width) == (500, 200)
    assert (box.y, box.height) == (180, 300 + MARGIN), "2 * 330 - 480 = 180; chin and ten pixels below"
    assert box.turn_deg == 0


def test_a_box_ends_where_the_picture_ends() -> None:
    jaw = np.array([(-20.0, 500.0), (600.0, 719.0), (1300.0, 500.0)])
    box = crop_box(Shape(jaw, np.array([600.0, 300.0]), np.array([600.0, 400.0])))
    assert (box.x, box.y, box.width, box.height) == (0, 0, 1280, 720)


@pytest.mark.parametrize("wanted", [(500, 200, 230, 280), (10, 20, 300, 300)])
def test_a_box_that_was_measured_by_hand_comes_back(wanted: tuple[int, int, int, int]) -> None:
    box = crop_box(from_box(*wanted))
    assert (box.x, box.y, box.width, box.height) == pytest.approx(wanted, abs=1)


def test_who_looks_into_the_camera_is_not_turned() -> None:
    shape = from_square(100, 100, 300)
    assert abs(shape.turned) < 0.05
    assert from_square(0, 0, 300)._replace(tip=np.array([260.0, 190.0])).turned > 0.8


def test_the_mean_of_shapes_lies_between_them() -> None:
    middle = mixed([from_square(0, 0, 100), from_square(100, 0, 100)], [3.0, 1.0])
    assert np.allclose(middle.jaw, from_square(25, 0, 100).jaw)
    assert np.allclose(middle.bridge, from_square(25, 0, 100).bridge)
