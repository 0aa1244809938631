"""Sketch: draws the mouth of an invented person with the processor alone, from phonemes or from the sound."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.face.engine import Mouth
from actors.face.reply import Reply
from actors.portrait.crop import draw_crop, jaw_pull
from actors.portrait.pack import default_cache, ensure_sketch_pack, read_bare
from actors.portrait.pose import REST, Pose
from bus.errors import Broken
from bus.messages.voice import Phoneme
from bus.off_loop import OffLoop

log = logging.getLogger(__name__)


class SketchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the sketch renderer."""

    cache: Annotated[str, msgspec.Meta(extra={"path": "output"})] = ""
    """Folder where the drawn face is kept; empty: the user's cache folder."""


class Sketch:
    """Turns the sound of one reply into drawn mouth crops."""

    Settings: ClassVar = SketchSettings

    def __init__(self, settings: SketchSettings) -> None:
        self._cache = Path(settings.cache) if settings.cache else default_cache()
        self._off_loop = OffLoop("sketch")
        self._pen: Pen | None = None
        self._reply = Reply()

    async def load(self) -> None:
        """Draws the face pack if it is not in the cache yet (about 5 s), and takes its skin. Raises Wrong or Broken."""
        self._pen = await self._off_loop.run(_pen, self._cache)

    def begin(self, first_frame: int = 0) -> None:
        """Starts a reply. What a cancelled `hear` may still draw belongs to the old one."""
        self._reply = Reply(first_frame)

    async def hear(self, pcm: NDArray[np.int16], phonemes: Sequence[Phoneme]) -> list[Mouth]:
        """Every frame whose sound, and the 60 ms behind it, are known."""
        return await self._draw(self._reply.hear(pcm, phonemes))

    async def finish(self) -> list[Mouth]:
        """The remaining frames, and up to four more until the mouth is at rest."""
        return await self._draw(self._reply.finish())

    async def close(self) -> None:
        """Lets the thread go."""
        self._off_loop.close()

    async def _draw(self, poses: Iterable[tuple[int, Pose]]) -> list[Mouth]:
        if self._pen is None:
            raise Broken("the sketch renderer was used before it was loaded", "call load() first")
        mouths = []
        for index, pose in poses:
            # One call each: a barge-in has to wait for one picture only.
            mouths.append(Mouth(index, await self._off_loop.run(self._pen.draw, pose)))
        return mouths


class Pen:
    """Draws crops on the skin of a pack. The mouth at rest is drawn once."""

    def __init__(self, bare: NDArray[np.uint8]) -> None:
        self._bare = bare
        self._jaw = jaw_pull()
        self._rest = draw_crop(bare, REST, self._jaw)

    def draw(self, pose: Pose) -> NDArray[np.uint8]:
        """The crop of a pose, BGR, 256x256."""
        return self._rest if pose == REST else draw_crop(self._bare, pose, self._jaw)


def _pen(cache: Path) -> Pen:
    folder = ensure_sketch_pack(cache)
    log.info("face pack ready", extra={"pack": folder.name})
    return Pen(read_bare(folder))
