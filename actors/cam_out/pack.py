"""Pack of the face that the camera shows: what of it is needed, and where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from actors.cam_out.picture import Pixels
from actors.face_pack import FacePack


class Pack(Protocol):
    """What is needed of a face pack (actors/face_pack.py)."""

    @property
    def frames(self) -> int:
        """Length of the idle clip."""
        ...

    def idle_jpeg(self, frame: int) -> bytes:
        """Frame of the idle clip as JPEG."""
        ...

    def idle_frame(self, frame: int) -> Pixels:
        """Frame of the idle clip, BGR; the caller may draw on it."""
        ...

    def paste(self, picture: Pixels, frame: int, crop: Pixels, strength: float = 1.0) -> None:
        """Lays a mouth crop over the box of `frame`, in place."""


def read_pack(folder: str) -> FacePack:
    """The face pack in `folder`, or the drawn one (about 5 s when it was never drawn). Blocks. Raises Wrong."""
    if folder:
        return FacePack.read(Path(folder))
    from actors.portrait.pack import default_cache, ensure_sketch_pack

    return FacePack.read(ensure_sketch_pack(default_cache()))
