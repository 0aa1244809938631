"""Engine seam of cam-out: pictures in, a camera that somebody looks at out."""

from __future__ import annotations

from typing import Protocol

from actors.cam_out.picture import Picture


class Camera(Protocol):
    """Shows one picture after the other."""

    @property
    def on_page(self) -> bool:
        """What is shown shall go out as CameraPicture."""
        ...

    @property
    def trouble(self) -> str:
        """What does not work although the camera goes on (one line for people); empty: nothing."""
        ...

    async def open(self, width: int, height: int, fps: int) -> None:
        """Takes the device or folder. Raises Wrong or Fatal with what to do."""

    def show(self, picture: Picture, at_ns: int) -> None:
        """Shows the picture now; `at_ns` lies on the grid of the frame rate. Never blocks: an engine that is behind drops
        its oldest pictures and counts them. Raises Gone when the device went away."""

    async def close(self) -> None:
        """Gives the device back; may be called twice."""
