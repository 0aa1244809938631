"""Page camera: nothing of its own shows it; the pictures go out as messages, for the stage page."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from actors.cam_out.picture import Picture


class PageCameraSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The page has nothing to set."""


class PageCamera:
    """Lets the shell send what is shown."""

    Settings: ClassVar = PageCameraSettings
    needs_actors: ClassVar = ("web",)
    on_page = True
    trouble = ""

    def __init__(self, settings: PageCameraSettings) -> None:
        self.settings = settings

    async def open(self, width: int, height: int, fps: int) -> None:
        """Nothing to take."""

    def show(self, picture: Picture, at_ns: int) -> None:
        """Nothing of its own to show."""

    async def close(self) -> None:
        """Nothing to give back."""
