"""Scenes of the drawn mouth: what a pose says is what the lips do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.portrait.mouth import shape
from actors.portrait.pose import REST, Pose

share = st.floats(0, 1)
poses = st.builds(
    Pose, jaw=share, wide=st.floats(-1, 1), pucker=share, press=share, bite=share, teeth=share, tongue=share
)


@given(poses)
def test_lips_keep_their_order_whatever_the_pose(pose: Pose) -> None:
    lips = shape(pose)
    assert lips.top < lips.upper <= lips.lower + 1e-6 or pose.bite > 0
    assert lips.lower < lips.bottom
    assert 15 < lips.half < 50


@pytest.mark.parametrize("jaw", [0.0, 0.5, 1.0])
def test_pressed_lips_are_closed_however_low_the_jaw_is(jaw: float) -> None:
    lips = shape(Pose(jaw=jaw, press=1.0))
    assert lips.lower == pytest.approx(lips.upper)


def test_bitten_lip_touches_the_teeth() -> None:
    lips = shape(Pose(jaw=0.1, bite=1.0))
    assert 1 < lips.lower - lips.upper < 5


def test_rounded_lips_are_narrow_and_smiling_ones_wide() -> None:
    assert shape(Pose(pucker=1.0)).half < shape(REST).half < shape(Pose(wide=1.0)).half
