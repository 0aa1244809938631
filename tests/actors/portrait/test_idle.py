"""Scenes of the drawn idle clip: it loops, it lives, and the mouth crop sits exactly where the mouth is."""

from __future__ import annotations

import numpy as np

from actors.face_pack import HEIGHT, WIDTH, FacePack, Pixels
from actors.portrait.crop import draw_crop, jaw_pull
from actors.portrait.motion import FRAMES
from actors.portrait.pack import read_bare
from actors.portrait.pose import REST


def difference(first: Pixels, second: Pixels) -> float:
    return float(np.abs(first.astype(np.int16) - second).mean())


def test_the_end_of_the_clip_meets_its_beginning(drawn: FacePack) -> None:
    seam = difference(drawn.idle_frame(FRAMES - 1), drawn.idle_frame(0))
    inside = [difference(drawn.idle_frame(frame), drawn.idle_frame(frame + 1)) for frame in (8, 60, 150, 210)]
    assert seam <= 1.3 * max(inside)


def test_the_face_never_stands_still(drawn: FacePack) -> None:
    assert difference(drawn.idle_frame(0), drawn.idle_frame(FRAMES // 2)) > 1.0


def test_the_clip_is_a_few_megabytes(drawn: FacePack) -> None:
    size = sum(len(drawn.idle_jpeg(frame)) for frame in range(drawn.frames))
    assert drawn.frames == FRAMES
    assert size < 20_000_000


def test_all_boxes_lie_inside_the_picture(drawn: FacePack) -> None:
    for box in drawn.manifest.boxes:
        assert box.x >= 10
        assert box.y >= 10
        assert box.x + box.width <= WIDTH - 10
        assert box.y + box.height <= HEIGHT - 10
        assert abs(box.turn_deg) < 3


def test_a_mouth_at_rest_pasted_anywhere_in_the_clip_cannot_be_seen(drawn: FacePack) -> None:
    rest = draw_crop(read_bare(drawn.folder), REST, jaw_pull())
    for frame in range(0, FRAMES, 25):
        plain = drawn.idle_frame(frame)
        pasted = plain.copy()
        drawn.paste(pasted, frame, rest)
        box = drawn.manifest.boxes[frame]
        region = np.s_[int(box.y) : int(box.y + box.height), int(box.x) : int(box.x + box.width)]
        assert difference(plain[region], pasted[region]) < 1.2
