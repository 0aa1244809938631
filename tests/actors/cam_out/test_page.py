"""Page camera: the shell sends what is shown."""

from __future__ import annotations

import asyncio

from actors.cam_out.page import PageCamera, PageCameraSettings
from actors.cam_out.picture import Picture, Pixels


def test_showing_a_picture_makes_neither_form_of_it() -> None:
    def never() -> Pixels:
        raise AssertionError("decoded for nothing")

    async def scene() -> None:
        camera = PageCamera(PageCameraSettings())
        await camera.open(1280, 720, 25)
        camera.show(Picture(pixels=never), 0)
        await camera.close()
        assert camera.on_page
        assert not camera.trouble

    asyncio.run(scene())
