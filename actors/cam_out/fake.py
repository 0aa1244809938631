"""Fake camera: keeps what was shown."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from actors.cam_out.picture import Picture


class FakeCameraSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the fake pretends."""

    on_page: bool = False


class FakeCamera:
    """Turns pictures into a list."""

    Settings: ClassVar = FakeCameraSettings

    def __init__(self, settings: FakeCameraSettings) -> None:
        self.settings = settings
        self.trouble = ""
        self.shown: list[tuple[int, Picture]] = []
        self.is_open = False

    @property
    def on_page(self) -> bool:
        """As set."""
        return self.settings.on_page

    async def open(self, width: int, height: int, fps: int) -> None:
        """Counts as taken."""
        self.is_open = True

    def show(self, picture: Picture, at_ns: int) -> None:
        """Keeps the picture and its time."""
        self.shown.append((at_ns, picture))

    async def close(self) -> None:
        """Counts as given back."""
        self.is_open = False
