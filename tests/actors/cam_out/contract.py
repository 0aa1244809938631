"""Contract of a camera: what each engine of cam-out keeps, whoever looks. Run by test_contract.py against all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pytest

from actors.cam_out.actor import CamOut
from actors.cam_out.engine import Camera
from actors.cam_out.evenness import Evenness
from actors.cam_out.picture import Picture, Pixels
from bus.actor import Lossy
from bus.clock import MS, SECOND, now_ns
from bus.messages import CameraHealth
from bus.rehearsal import Rehearsal
from bus.tally import Tally

WIDTH, HEIGHT, FPS = 64, 36, 25


@dataclass
class Candidate:
    """An engine under the contract."""

    engine: str
    settings: dict[str, object]
    fail: Callable[[], None]
    """Its device or disk fails from now on."""
    hang: Callable[[], None]
    """Its device or disk keeps whoever gives it a picture, until `mend`."""
    mend: Callable[[], None]
    seen: Callable[[Camera], list[int]]
    """Grey values of what was seen, in order, each once."""

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


async def what_is_seen_is_what_was_shown_in_its_order(candidate: Candidate) -> None:
    camera = candidate.make()
    await camera.open(WIDTH, HEIGHT, FPS)
    begun_ns, levels = now_ns(), (20, 60, 100, 140, 180)
    for number, level in enumerate(levels):
        camera.show(picture(level), begun_ns + number * SECOND // FPS)
        await asyncio.sleep(0.005)
    await until(lambda: candidate.engine != "camera" or _near(candidate.seen(camera)[-1:], levels[-1:]))
    await camera.close()
    seen = candidate.seen(camera)
    order = [levels.index(nearest) for level in seen if (nearest := min(levels, key=lambda told: abs(told - level)))]
    assert order == sorted(set(order)) and order[-1] == len(levels) - 1, "a late device may leave some out"


async def one_that_hangs_never_blocks_and_what_it_misses_is_counted(candidate: Candidate) -> None:
    camera, tally = candidate.make(), Tally(logging.getLogger("test"))
    assert isinstance(camera, Lossy)
    camera.count_in(tally)
    await camera.open(WIDTH, HEIGHT, FPS)
    candidate.hang()
    begun_ns = now_ns()
    for number in range(60):
        camera.show(picture(9), begun_ns + number * SECOND // FPS)
    assert tally["cam-out.picture", "behind"] >= 60 - 25 - 1
    await asyncio.wait_for(camera.close(), 30)
    candidate.mend()


async def one_that_fails_tells_what_is_wrong_and_the_call_goes_on(candidate: Candidate) -> None:
    camera = candidate.make()
    await camera.open(WIDTH, HEIGHT, FPS)
    candidate.fail()
    begun_ns = now_ns()
    camera.show(picture(9), begun_ns)
    await until(lambda: camera.trouble)
    camera.show(picture(9), begun_ns + SECOND)
    await camera.close()
    candidate.mend()


async def how_even_it_is_and_what_is_wrong_is_told(candidate: Candidate) -> None:
    camera = candidate.make()
    actor = CamOut(camera, CamOut.Settings())
    actor._evenness = Hasty()
    async with Rehearsal(actor) as call:
        await until(lambda: call.of(CameraHealth))
        assert call.of(CameraHealth)[0].fps > 0 and call.of(CameraHealth)[0].trouble == ""


class Hasty(Evenness):
    """Reports with each picture, for a scene has no second to wait."""

    def shown(self, now_ns: int, trouble: str = "") -> CameraHealth | None:
        return CameraHealth(fps=25.0, worst_gap_ms=40.0, trouble=trouble)


async def until(there: Callable[[], object]) -> None:
    for _ in range(2_000):
        if there():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to pass within 10 s")


def _near(seen: list[int], wanted: tuple[int, ...]) -> bool:
    return [round(level / 40) for level in seen] == [round(level / 40) for level in wanted]


async def settings_that_it_does_not_know_are_refused(candidate: Candidate) -> None:
    with pytest.raises(msgspec.ValidationError, match="nonsense"):
        candidate.make(nonsense=1)


SCENES: tuple[Callable[[Candidate], Coroutine[object, object, None]], ...] = (
    pictures_faster_than_it_can_take_them_never_block,
    a_late_and_a_double_picture_do_no_harm,
    it_may_be_closed_twice_or_unopened_and_opened_again,
    what_is_seen_is_what_was_shown_in_its_order,
    one_that_hangs_never_blocks_and_what_it_misses_is_counted,
    one_that_fails_tells_what_is_wrong_and_the_call_goes_on,
    how_even_it_is_and_what_is_wrong_is_told,
    settings_that_it_does_not_know_are_refused,
)
