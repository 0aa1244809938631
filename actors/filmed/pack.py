"""Pack of a filmed face: made once from a clip or a photo, in a folder that is named after what is in it."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from actors.face_pack import Box, FacePack, Kind, Pixels, write_pack
from actors.filmed.finder import Finder, best_finder
from actors.filmed.footage import is_photo, read_clip, read_photo
from actors.filmed.mask import crop_mask
from actors.filmed.shape import Shape, crop_box, from_box, mixed
from actors.filmed.sway import FRAMES, swayed, swayed_box
from actors.filmed.track import EVERY, place, the_one, tracked
from bus.errors import Wrong

Progress = Callable[[float], None]
JPEG_QUALITY = 92
_BUILDING = ".building-"


class Idle(NamedTuple):
    """An idle clip and the face in it."""

    kind: Kind
    jpegs: list[bytes]
    boxes: list[Box]
    mask: Pixels


def prepare(
    source: Path,
    folder: Path,
    name: str = "",
    box: Box | None = None,
    finder: Finder | None = None,
    progress: Progress = lambda share: None,
) -> Path:
    """Makes the pack of the person in `source` (clip or photo) below `folder`; gives its own folder.

    `box`: where the mouth crop lies (pixels of 1280x720), instead of looking for the face. The same source gives the same
    folder. Blocks: a second for each second of a clip. Raises Wrong when there is no face, more than one, or none that can be used.
    """
    finder = finder or best_finder()
    known = None if box is None else from_box(box.x, box.y, box.width, box.height)
    idle = _photo(source, finder, known, progress) if is_photo(source) else _clip(source, finder, known, progress)
    title = name or source.stem
    try:
        folder.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{os.getpid()}-", dir=folder))
    except OSError as error:
        raise Wrong(f"the face cannot be kept in {folder}: {error.strerror}", "name another folder") from None
    try:
        manifest = write_pack(building, title, idle.kind, idle.boxes, idle.jpegs, [_encoded(".png", idle.mask)])
        target = folder / f"{_plain(title)}-{manifest.content[:12]}"
        if not (target / "pack.json").is_file():
            building.rename(target)
    except OSError as error:
        raise Wrong(f"the face cannot be kept in {folder}: {error.strerror}", "make room there") from None
    finally:
        shutil.rmtree(building, ignore_errors=True)
    FacePack.read(target)
    progress(1.0)
    return target


def looped(frames: int) -> list[int]:
    """Frames of a clip in the order that begins again without a jump: forth and back, each end once."""
    return [*range(frames), *range(frames - 2, 0, -1)]


def _clip(source: Path, finder: Finder, known: Shape | None, progress: Progress) -> Idle:
    jpegs, found = [], {}
    for index, frame in enumerate(read_clip(source)):
        jpegs.append(_encoded(".jpg", frame))
        if known is None and index % EVERY == 0 and (shape := _look(frame, finder, place(index))) is not None:
            found[index] = shape
        progress(min(0.9, index / 500))
    shapes = [known] * len(jpegs) if known else tracked(found, len(jpegs))
    boxes = [crop_box(shape) for shape in shapes]
    average = mixed(shapes, [1.0] * len(shapes))
    order = looped(len(jpegs))
    mask = crop_mask(average, crop_box(average))
    return Idle("clip", [jpegs[index] for index in order], [boxes[index] for index in order], mask)


def _photo(source: Path, finder: Finder, known: Shape | None, progress: Progress) -> Idle:
    photo = read_photo(source)
    shape = known or _look(photo, finder, "in the photo")
    if shape is None:
        raise Wrong(f"no face was found in {source}", "give a photo from the front, or say where it is: --box")
    box = crop_box(shape)
    jpegs = []
    for frame in range(FRAMES):
        jpegs.append(_encoded(".jpg", swayed(photo, frame)))
        progress(0.9 * frame / FRAMES)
    return Idle("photo", jpegs, [swayed_box(box, frame) for frame in range(FRAMES)], crop_mask(shape, box))


def _look(frame: Pixels, finder: Finder, where: str) -> Shape | None:
    shapes = finder.find(frame)
    return the_one(shapes, not shapes and finder.is_profile(frame), where)


def _plain(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:40] or "face"


def _encoded(kind: str, pixels: Pixels) -> bytes:
    import cv2

    good, data = cv2.imencode(kind, pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if kind == ".jpg" else [])
    assert good
    return np.asarray(data).tobytes()
