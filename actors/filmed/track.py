"""Track of the one face of a clip: found now and then, smoothed, and known for every frame."""

from __future__ import annotations

from collections.abc import Mapping

from actors.face_pack import FPS
from actors.filmed.shape import LEAST_BOX, Shape, crop_box, mixed
from bus.errors import Wrong

EVERY = 3
"""Each third frame is looked at: a head does not get far in 120 ms, and finding takes 20 ms."""
MOST_GAP = 1.0
"""Seconds without a found face that are bridged: blinks of the finder, not somebody who has left."""
MOST_TURNED = 0.5
"""Half of the way to a profile: from there on the crop shows too little of one cheek."""
_REACH = 12
"""Frames to both sides over which a position is averaged: half a second, the finder's own trembling."""
_FILM = "film yourself from the front, alone, head and shoulders, in even light"


def the_one(shapes: list[Shape], profile: bool, where: str) -> Shape | None:
    """The face of a frame, None when there is none. Raises Wrong for two, for one too small, and for one that is turned."""
    if len(shapes) > 1:
        raise Wrong(f"there are {len(shapes)} faces {where}", "let only one person be seen")
    if not shapes:
        if profile:
            raise Wrong(f"the face is turned aside {where}", "look into the camera")
        return None
    (shape,) = shapes
    if abs(shape.turned) > MOST_TURNED:
        raise Wrong(f"the face is turned aside {where}", "look into the camera")
    box = crop_box(shape)
    if min(box.width, box.height) < LEAST_BOX:
        size = f"{box.width:.0f}x{box.height:.0f}"
        raise Wrong(f"the face is too small {where}: {size} pixels of 1280x720", f"come nearer: at least {LEAST_BOX}")
    return shape


def place(frame: int) -> str:
    """Where in the clip, for people."""
    return f"{frame / FPS:.1f} s into the clip"


def tracked(found: Mapping[int, Shape], frames: int) -> list[Shape]:
    """The shape in each of `frames` frames, from those that were found. Raises Wrong where it is missing too long."""
    if not found:
        raise Wrong("no face was found in the clip", _FILM)
    known = sorted(found)
    gaps = zip([-1, *known], [*known, frames], strict=True)
    begin, end = max(gaps, key=lambda gap: gap[1] - gap[0])
    if end - begin > MOST_GAP * FPS + EVERY:
        raise Wrong(f"there is no face for {(end - begin) / FPS:.1f} s, {place(begin + 1)}", _FILM)
    return [_smooth(found, known, frame) for frame in range(frames)]


def _smooth(found: Mapping[int, Shape], known: list[int], frame: int) -> Shape:
    near = [each for each in known if abs(each - frame) <= _REACH] or [min(known, key=lambda k: abs(k - frame))]
    weights = [max(_REACH + 1 - abs(each - frame), 1.0) for each in near]
    return mixed([found[each] for each in near], weights)
