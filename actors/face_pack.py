"""Face pack: a folder with everything that a face needs, whether it was drawn by code, filmed, or made from a photo.

pack.json         what is in it (`Manifest`)
idle/00000.jpg    the idle clip, 1280x720, 25 frames a second; the first frame follows the last without a jump
masks/all.png     how strongly a mouth crop covers the frame: 256x256 grey (or masks/00000.png ..., one for each frame)
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from bus.codec import UNREADABLE
from bus.errors import Wrong

WIDTH, HEIGHT, FPS = 1280, 720, 25
CROP = 256
"""Width and height of a mouth crop in pixels."""
ONE_MASK = "all.png"

Pixels = NDArray[np.uint8]
Kind = Literal["sketch", "clip", "photo"]
"""Where the face comes from. In a photo's idle clip every frame shows the same face, moved as a whole."""


class Box(msgspec.Struct, frozen=True, array_like=True):
    """Where the mouth crop lies in a frame: upper left corner and size in pixels; turned clockwise about its centre."""

    x: float
    y: float
    width: Annotated[float, msgspec.Meta(gt=0)]
    height: Annotated[float, msgspec.Meta(gt=0)]
    turn_deg: float = 0.0


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in pack.json."""

    version: Literal[1] = 1
    name: str
    kind: Kind
    width: Literal[1280] = 1280
    height: Literal[720] = 720
    fps: Literal[25] = 25
    crop: Literal[256] = 256
    frames: Annotated[int, msgspec.Meta(ge=1, le=7500)]
    boxes: tuple[Box, ...]
    """One for each frame of the idle clip."""
    masks: Literal["one", "each"]
    content: str
    """BLAKE2b-128 of all pictures, in order: tells a torn copy from a whole one."""


class FacePack:
    """Idle clip in memory (as JPEG) and the way to lay a mouth crop into one of its frames."""

    def __init__(self, folder: Path, manifest: Manifest, idle: Sequence[bytes], masks: Sequence[Pixels]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._idle = idle
        self._masks = masks

    @classmethod
    def read(cls, folder: Path) -> FacePack:
        """Reads a pack. Raises Wrong, naming the file and what to do, when it is missing, torn or something else."""
        file = folder / "pack.json"
        manifest = _manifest(file)
        if len(manifest.boxes) != manifest.frames:
            raise Wrong(f"{file} has {len(manifest.boxes)} boxes for {manifest.frames} frames", _AGAIN)
        idle = [_bytes(path) for path in idle_files(folder, manifest.frames)]
        masks = [_bytes(path) for path in mask_files(folder, manifest)]
        if content_of([*idle, *masks]) != manifest.content:
            raise Wrong(f"the pictures in {folder} are not those that {file.name} was written for", _AGAIN)
        return cls(folder, manifest, idle, [_grey(mask, folder) for mask in masks])

    @property
    def frames(self) -> int:
        """Length of the idle clip."""
        return self.manifest.frames

    def idle_jpeg(self, frame: int) -> bytes:
        """Frame of the idle clip as JPEG; the clip repeats, so any number will do."""
        return self._idle[frame % self.frames]

    def idle_frame(self, frame: int) -> Pixels:
        """Frame of the idle clip, BGR, shape (720, 1280, 3); the caller may draw on it."""
        import cv2

        pixels = cv2.imdecode(np.frombuffer(self.idle_jpeg(frame), np.uint8), cv2.IMREAD_COLOR)
        if pixels is None or pixels.shape != (HEIGHT, WIDTH, 3):
            raise Wrong(f"frame {frame % self.frames} of {self.folder} is not a {WIDTH}x{HEIGHT} JPEG", _AGAIN)
        return np.asarray(pixels, np.uint8)

    def cut(self, frame: int) -> Pixels:
        """What lies in the box of `frame`, BGR, 256x256: the crop whose pasting changes nothing."""
        import cv2

        matrix = _crop_to_frame(self.manifest.boxes[frame % self.frames])
        how = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
        found = cv2.warpAffine(self.idle_frame(frame), matrix, (CROP, CROP), flags=how, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.uint8)

    def paste(self, picture: Pixels, frame: int, crop: Pixels, strength: float = 1.0) -> None:
        """Lays a mouth crop (BGR, 256x256) over the box of `frame` in `picture`, in place, as strong as mask * strength.

        Only the box is touched: 1 ms rather than the 6 ms that blending whole frames takes.
        """
        import cv2

        box = self.manifest.boxes[frame % self.frames]
        matrix = _crop_to_frame(box)
        left, top, right, bottom = _bounds(matrix)
        if strength <= 0 or right <= left or bottom <= top:
            return
        matrix[:, 2] -= (left, top)
        size = (right - left, bottom - top)
        mask = self._masks[frame % len(self._masks)]
        over = cv2.warpAffine(crop, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        share = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32) * (min(strength, 1) / 255)
        region = picture[top:bottom, left:right]
        region[:] = cv2.blendLinear(over, np.ascontiguousarray(region), share, 1 - share)


_AGAIN = "make the pack again (avatar face prepare), or copy the whole folder again"


def write_pack(
    folder: Path, name: str, kind: Kind, boxes: Sequence[Box], idle: Sequence[bytes], masks: Sequence[bytes]
) -> Manifest:
    """Writes a pack into an empty folder: `idle` are JPEGs, `masks` are grey PNGs, one or as many as frames."""
    manifest = Manifest(
        name=name,
        kind=kind,
        frames=len(idle),
        boxes=tuple(boxes),
        masks="one" if len(masks) == 1 else "each",
        content=content_of([*idle, *masks]),
    )
    files = [*idle_files(folder, len(idle)), *mask_files(folder, manifest)]
    for path, data in zip(files, [*idle, *masks], strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    (folder / "pack.json").write_bytes(msgspec.json.encode(manifest))
    return manifest


def content_of(pictures: Sequence[bytes]) -> str:
    """Hash of pictures in their order."""
    digest = hashlib.blake2b(digest_size=16)
    for picture in pictures:
        digest.update(len(picture).to_bytes(8, "big"))
        digest.update(picture)
    return digest.hexdigest()


def idle_files(folder: Path, frames: int) -> list[Path]:
    """Paths of the idle clip's frames."""
    return [folder / "idle" / f"{frame:05}.jpg" for frame in range(frames)]


def mask_files(folder: Path, manifest: Manifest) -> list[Path]:
    """Paths of the masks."""
    names = [ONE_MASK] if manifest.masks == "one" else [f"{frame:05}.png" for frame in range(manifest.frames)]
    return [folder / "masks" / name for name in names]


def _manifest(file: Path) -> Manifest:
    if not file.is_file():
        raise Wrong(f"{file.parent} is not a face pack: it has no pack.json", "name the folder of a face pack")
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except UNREADABLE as error:
        raise Wrong(f"{file} is not a face pack of this version: {error}", _AGAIN) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Wrong(f"the face pack lacks {path}: {error.strerror}", _AGAIN) from None


def _grey(data: bytes, folder: Path) -> Pixels:
    import cv2

    mask = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if mask is None or mask.shape != (CROP, CROP):
        raise Wrong(f"a mask of {folder} is not a {CROP}x{CROP} picture", _AGAIN)
    return np.asarray(mask, np.uint8)


def _crop_to_frame(box: Box) -> NDArray[np.float64]:
    """2x3 matrix that takes the crop's pixel centres to the frame's."""
    turn = math.radians(box.turn_deg)
    along, up = box.width / CROP, box.height / CROP
    matrix = np.array(
        [[along * math.cos(turn), -up * math.sin(turn), 0.0], [along * math.sin(turn), up * math.cos(turn), 0.0]]
    )
    middle = np.array([box.x + box.width / 2 - 0.5, box.y + box.height / 2 - 0.5])
    matrix[:, 2] = middle - matrix[:, :2] @ np.full(2, CROP / 2 - 0.5)
    return matrix


def _bounds(matrix: NDArray[np.float64]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the box inside the frame; the right and bottom ones are outside."""
    corners = matrix[:, :2] @ np.array([[0, CROP, 0, CROP], [0, 0, CROP, CROP]]) + matrix[:, 2:]
    left, top = np.floor(corners.min(axis=1)).astype(int)
    right, bottom = np.ceil(corners.max(axis=1)).astype(int)
    return max(int(left), 0), max(int(top), 0), min(int(right) + 1, WIDTH), min(int(bottom) + 1, HEIGHT)
