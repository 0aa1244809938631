"""Pack of the sketch face: built once by drawing, then kept in a cache that face and cam-out share."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import platformdirs
import psutil
from numpy.typing import NDArray

from actors.face_pack import write_pack
from actors.portrait.crop import BOX, SCALE, crop_mask
from actors.portrait.idle import Puppet, boxes
from actors.portrait.motion import FRAMES
from actors.portrait.person import person
from actors.portrait.svg import render
from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Broken, Wrong

JPEG_QUALITY = 88
BARE = Path("sketch") / "bare.png"
"""The skin under the mouth, 256x256: what the sketch renderer draws its mouths on."""
_BUILDING = ".building-"
_PATIENCE_S = 60

Progress = Callable[[float], None]
Pixels = NDArray[np.uint8]


def default_cache() -> Path:
    """Folder for drawn packs when no other is named."""
    return platformdirs.user_cache_path("avatar", appauthor=False) / "faces"


def ensure_sketch_pack(cache: Path, progress: Progress = lambda share: None) -> Path:
    """Folder of the drawn pack inside `cache`; builds it when it is not there yet, telling `progress` the share done.

    Blocks (about 5 s when it must draw). Safe in two processes at once: a pack appears whole, by renaming, or not at
    all, and whoever comes second waits for the first. Raises Wrong when `cache` cannot be written.
    """
    target = cache / f"sketch-{_fingerprint()}"
    waited_from = now_ns()
    while not (target / "pack.json").is_file():
        try:
            cache.mkdir(parents=True, exist_ok=True)
            if _somebody_builds(cache, target.name) and now_ns() - waited_from < _PATIENCE_S * SECOND:
                sleep_ms(100)
            else:
                _build_into(cache, target, progress)
        except OSError as error:
            raise Wrong(
                f"the face cannot be kept in {cache}: {error.strerror}", "name a folder that can be written"
            ) from error
    progress(1.0)
    return target


def read_bare(folder: Path) -> Pixels:
    """The skin under the mouth, BGR, 256x256. Raises Wrong when the pack was not drawn by this code."""
    import cv2

    file = folder / BARE
    data = np.frombuffer(file.read_bytes(), np.uint8) if file.is_file() else np.zeros(0, np.uint8)
    pixels = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if pixels is None or pixels.shape != (256, 256, 3):
        raise Wrong(f"{file} is missing or not a picture", "delete the folder: it is drawn again at the next start")
    return np.asarray(pixels, np.uint8)


def _fingerprint() -> str:
    """Hash of the code that draws: another drawing is another pack."""
    digest = hashlib.blake2b(digest_size=8)
    here = Path(__file__).parent
    for file in (*sorted(here.glob("*.py")), here.parent / "face_pack.py"):
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _somebody_builds(cache: Path, name: str) -> bool:
    """Whether another living process draws this pack; what dead ones left behind is removed."""
    alive = False
    for folder in cache.glob(f"{_BUILDING}{name}-*"):
        process = int(folder.name.split("-")[-2])
        if process != os.getpid() and psutil.pid_exists(process):
            alive = True
        elif process != os.getpid():
            shutil.rmtree(folder, ignore_errors=True)
    return alive


def _build_into(cache: Path, target: Path, progress: Progress) -> None:
    folder = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{target.name}-{os.getpid()}-", dir=cache))
    try:
        _build(folder, progress)
        try:
            folder.rename(target)
        except OSError as error:
            if not (target / "pack.json").is_file():
                raise Broken(
                    f"{folder} could not be renamed to {target.name}: {error.strerror}", "start again"
                ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _build(folder: Path, progress: Progress) -> None:
    puppet = Puppet()
    idle = []
    for frame in range(FRAMES):
        idle.append(_encoded(".jpg", puppet.frame(frame)))
        progress(0.2 + 0.8 * frame / FRAMES)
    (folder / BARE).parent.mkdir()
    (folder / BARE).write_bytes(_encoded(".png", bare_skin(puppet.room)))
    write_pack(folder, "sketch", "sketch", list(boxes()), idle, [_encoded(".png", crop_mask())])


def bare_skin(room: Pixels) -> Pixels:
    """The crop's region without a mouth, before the room (at the jaw's corners it is seen), BGR, 256x256."""
    import cv2

    drawn = render(person(None, None), BOX, SCALE)
    x, y, width, height = (round(value) for value in BOX)
    behind = cv2.resize(room[y : y + height, x : x + width], (256, 256), interpolation=cv2.INTER_CUBIC)
    share = drawn[..., 3].astype(np.float32) / 255
    return np.asarray(cv2.blendLinear(np.ascontiguousarray(drawn[..., :3]), behind, share, 1 - share), np.uint8)


def _encoded(kind: str, pixels: Pixels) -> bytes:
    import cv2

    good, data = cv2.imencode(kind, pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if kind == ".jpg" else [])
    assert good
    return data.tobytes()
