"""Contract of a camera: what each engine of cam-out keeps, whoever looks. Run by test_contract.py against all of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pytest

from actors.cam_out.actor import CamOut
from actors.cam_out.engine import Camera
from actors.cam_out.picture import Picture, Pixels
from bus.clock import MS, SECOND, now_ns

WIDTH, HEIGHT, FPS = 64, 36, 25


@dataclass
class Candidate:
    """An engine under the contract."""

    engine: str
    settings: dict[str, object]

    def make(self, **more: object) -> Camera:
        cls: Any = CamOut.engine_class(self.engine)
        camera: Camera = cls(msgspec.convert(self.settings | more, cls.Settings))
        return camera


def picture(level: int) -> Picture:
    pixels: Pixels = np.full((HEIGHT, WIDTH, 3), level, np.uint8)
    return Picture(pixels=lambda: pixels)


async def pictures_faster_than_it_can_take_them_never_block(candidate: Candidate) -> None:
    camera = candidate.make()
    await camera.open(WIDTH, HEIGHT, FPS)
    begun_ns = now_ns()
    for number in range(200):
        camera.show(picture(number % 250), begun_ns + number * SECOND // FPS)
    assert now_ns() - begun_ns < 5 * SECOND, "eight seconds of pictures"
    await camera.close()
    assert camera.trouble == ""


async def a_late_and_a_double_picture_do_no_harm(candidate: Candidate) -> None:
    camera = candidate.make()
    await camera.open(WIDTH, HEIGHT, FPS)
    at_ns = now_ns()
    for offset_ms in (0, 400, 400, 80, 440):
        camera.show(picture(1), at_ns + offset_ms * MS)
    await camera.close()
    assert camera.trouble == ""


async def it_may_be_closed_twice_or_unopened_and_opened_again(candidate: Candidate) -> None:
    await candidate.make().close()
    for _ in range(2):
        camera = candidate.make()
        await camera.open(WIDTH, HEIGHT, FPS)
        camera.show(picture(3), now_ns())
        await camera.close()
        await camera.close()


async def settings_that_it_does_not_know_are_refused(candidate: Candidate) -> None:
    with pytest.raises(msgspec.ValidationError, match="nonsense"):
        candidate.make(nonsense=1)


SCENES: tuple[Callable[[Candidate], Coroutine[object, object, None]], ...] = (
    pictures_faster_than_it_can_take_them_never_block,
    a_late_and_a_double_picture_do_no_harm,
    it_may_be_closed_twice_or_unopened_and_opened_again,
    settings_that_it_does_not_know_are_refused,
)
