"""Composer: shots become pictures."""

from __future__ import annotations

import pytest

from actors.cam_out.composer import Composer
from actors.cam_out.stage import Shot
from bus.messages import FaceFrame
from tests.actors.cam_out.fake_pack import FakePack, crop


def mouth(payload: bytes) -> FaceFrame:
    return FaceFrame(position=0, at_ns=0, payload=payload)


def test_an_idle_picture_is_the_packs_own_jpeg_and_costs_nothing() -> None:
    pack = FakePack()
    picture = Composer(pack).compose(Shot(idle=3))
    assert picture.jpeg == pack.idle_jpeg(3)
    assert pack.decoded == 0
    assert int(picture.bgr[0, 0, 0]) == pytest.approx(30, abs=1)
    assert not picture.speaking


def test_a_mouth_is_laid_into_the_frame_as_strong_as_the_shot_says() -> None:
    picture = Composer(FakePack()).compose(Shot(idle=2, mouth=mouth(crop(220)), strength=0.5))
    assert int(picture.bgr[15, 15, 0]) == pytest.approx(120, abs=2)
    assert int(picture.bgr[0, 0, 0]) == 20
    assert picture.speaking
    assert picture.jpeg[:2] == b"\xff\xd8"


def test_a_spoilt_mouth_is_left_out_and_counted_once() -> None:
    composer = Composer(FakePack())
    for _ in range(3):
        picture = composer.compose(Shot(idle=2, mouth=mouth(b"no jpeg"), strength=1.0))
    assert int(picture.bgr[15, 15, 0]) == 20
    assert composer.spoilt == 1


def test_a_jump_of_the_clip_is_mixed() -> None:
    picture = Composer(FakePack()).compose(Shot(idle=2, before=6, mix=0.25))
    assert int(picture.bgr[0, 0, 0]) == pytest.approx(30, abs=1)
