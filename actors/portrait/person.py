"""Person of the sketch face: somebody invented, at a video call, drawn by code."""

from __future__ import annotations

from actors.portrait.clothes import clothes
from actors.portrait.eye import Gaze, brows, eyes
from actors.portrait.hair import hair_back, hair_front
from actors.portrait.head import ears, face, neck
from actors.portrait.mouth import mouth
from actors.portrait.pose import Pose
from actors.portrait.svg import Box

PICTURE: Box = (0, 0, 1280, 720)
PERSON: Box = (220, 50, 840, 670)
"""Everything that the person covers."""


def person(gaze: Gaze | None, pose: Pose | None) -> str:
    """The person on nothing. Without a gaze the eyes are left out, without a pose the mouth is."""
    features = brows() + (eyes(gaze) if gaze else "") + (mouth(pose) if pose else "")
    return f"{hair_back()}{neck()}{clothes()}{ears()}{face()}{features}{hair_front()}"
