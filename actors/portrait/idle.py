"""Idle clip of the sketch face: the drawn person breathes, sways, blinks and looks about before a still room."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from actors.face_pack import HEIGHT, WIDTH, Box
from actors.portrait.crop import BOX
from actors.portrait.eye import EYES_BOX, Gaze, eyes
from actors.portrait.motion import FRAMES, Motion, gaze, motion
from actors.portrait.person import PERSON, PICTURE, person
from actors.portrait.pose import REST
from actors.portrait.room import room
from actors.portrait.svg import render

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

SHARPNESS = 1.5
"""Pixels of the moved drawing to a pixel of the frame: at 1 the picture would shimmer as it moves by parts of a pixel."""
PIVOT = (640.0, 580.0)
"""The head turns about the base of the neck."""
RIGID_ABOVE, STILL_BELOW = 524.0, 606.0
"""Above, the drawing moves with the head (rigidly, so that a mouth crop fits exactly); below, with the chest."""


class Puppet:
    """The drawing, taken apart into what moves: gives the frames of the idle clip."""

    def __init__(self) -> None:
        self.room = _background()
        self._drawn = _premultiplied(render(person(None, REST), PERSON, SHARPNESS))
        self._eyes: dict[Gaze, Pixels] = {}

    def frame(self, index: int) -> Pixels:
        """Frame `index` of the clip, BGR, shape (720, 1280, 3)."""
        return self.posed(motion(index), gaze(index))

    def posed(self, moved: Motion, look: Gaze) -> Pixels:
        """The person, moved and looking somewhere, in the room."""
        import cv2

        x, y = _source(moved)
        person_pixels = cv2.remap(self._looking(look), x, y, cv2.INTER_LINEAR)
        left, top, width, height = (int(value) for value in PERSON)
        picture = self.room.copy()
        region = picture[top : top + height, left : left + width]
        see_through = cv2.cvtColor(255 - person_pixels[..., 3], cv2.COLOR_GRAY2BGR)
        behind = cv2.multiply(region, see_through, scale=1 / 255)
        region[:] = cv2.add(behind, cv2.cvtColor(person_pixels, cv2.COLOR_BGRA2BGR))
        return picture

    def _looking(self, look: Gaze) -> Pixels:
        """The whole person with eyes; the eyes of each gaze are drawn once."""
        x, y, width, height = (round(value * SHARPNESS) for value in EYES_BOX)
        left, top = round(PERSON[0] * SHARPNESS), round(PERSON[1] * SHARPNESS)
        region = (slice(y - top, y - top + height), slice(x - left, x - left + width))
        if look not in self._eyes:
            self._eyes[look] = _over(self._drawn[region], render(eyes(look), EYES_BOX, SHARPNESS))
        whole = self._drawn.copy()
        whole[region] = self._eyes[look]
        return whole


def boxes() -> Iterator[Box]:
    """Where the mouth crop lies in each frame of the clip."""
    for index in range(FRAMES):
        moved = motion(index)
        turn = math.radians(moved.head_turn_deg)
        middle_x, middle_y = BOX[0] + BOX[2] / 2 - PIVOT[0], BOX[1] + BOX[3] / 2 - PIVOT[1]
        x = PIVOT[0] + moved.head_x + middle_x * math.cos(turn) - middle_y * math.sin(turn)
        y = PIVOT[1] + moved.head_y + middle_x * math.sin(turn) + middle_y * math.cos(turn)
        yield Box(round(x - BOX[2] / 2, 3), round(y - BOX[3] / 2, 3), BOX[2], BOX[3], round(moved.head_turn_deg, 4))


def _source(moved: Motion) -> tuple[Floats, Floats]:
    """For each pixel of the person's region in the frame, the place in the drawing's pixels where it comes from."""
    left, top, width, height = PERSON
    x = np.arange(width, dtype=np.float64)[None, :] + left + 0.5
    y = np.arange(height, dtype=np.float64)[:, None] + top + 0.5
    share = np.clip((y - RIGID_ABOVE) / (STILL_BELOW - RIGID_ABOVE), 0, 1)
    chest = share * share * (3 - 2 * share)
    turn = math.radians(moved.head_turn_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    from_x, from_y = x - PIVOT[0] - moved.head_x, y - PIVOT[1] - moved.head_y
    head_x, head_y = PIVOT[0] + cos * from_x + sin * from_y, PIVOT[1] - sin * from_x + cos * from_y
    source_x = head_x * (1 - chest) + x * chest
    source_y = head_y * (1 - chest) + (y - moved.chest_y) * chest
    return (
        ((source_x - left) * SHARPNESS - 0.5).astype(np.float32),
        ((source_y - top) * SHARPNESS - 0.5).astype(np.float32),
    )


def _background() -> Pixels:
    """The room, BGR. Drawn small and enlarged: it is out of focus anyway. A little noise keeps soft walls from banding."""
    import cv2

    small = render(room(), PICTURE, 0.5)[..., :3].astype(np.float32)
    large = cv2.GaussianBlur(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), (0, 0), 3)
    noise = np.random.default_rng(1).normal(0, 0.5, (HEIGHT, WIDTH, 1))
    return np.asarray(np.clip(np.round(large + noise), 0, 255), np.uint8)


def _premultiplied(pixels: Pixels) -> Pixels:
    share = pixels[..., 3:].astype(np.float32) / 255
    return np.asarray(np.dstack((np.round(pixels[..., :3] * share), pixels[..., 3])), np.uint8)


def _over(below: Pixels, above: Pixels) -> Pixels:
    """`above` (colour not multiplied by alpha) laid over `below` (multiplied)."""
    share = above[..., 3:].astype(np.float32) / 255
    colour = above[..., :3] * share + below[..., :3] * (1 - share)
    alpha = above[..., 3:] + below[..., 3:] * (1 - share)
    return np.asarray(np.round(np.dstack((colour, alpha))), np.uint8)
