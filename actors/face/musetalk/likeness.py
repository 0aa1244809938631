"""Likeness: what the network needs of a face pack: the idle mouth of each frame, and its latents.

Latents are made once for a pack and an autoencoder, and kept: in the pack itself (`avatar face prepare --models`), else in
the user's cache, which takes a GPU some seconds and a processor minutes.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actors.face.engine import Mouth
from actors.face_pack import FacePack, Pixels
from bus.errors import Wrong

log = logging.getLogger(__name__)

IN_PACK = Path("musetalk")
Latents = NDArray[np.floating[Any]]
_SHAPE = (8, 32, 32)


class Encoder(Protocol):
    """What makes latents."""

    def encode(self, crops: Pixels) -> NDArray[np.float32]:
        """Latent pairs (n, 8, 32, 32) of crops (n, 256, 256, 3)."""
        ...


class Likeness(NamedTuple):
    """Crops and latents for each frame of the idle clip; a photo has one of each, which fits every frame."""

    crops: list[Pixels]
    latents: Latents
    fits_any: bool

    def rest(self, frame: int, clip: int) -> Mouth:
        """Picture `frame` of a reply that began at frame `clip` of the idle clip: the mouth that is there anyway."""
        place = (clip + frame) % len(self.crops)
        return Mouth(frame, self.crops[place], -1 if self.fits_any else place)

    def mixed(self, frame: int, clip: int, drawn: Pixels, share: float) -> Mouth:
        """The same with a drawn mouth, as far as `share` says."""
        rest = self.rest(frame, clip)
        if share >= 1:
            return Mouth(frame, drawn, rest.clip_frame)
        mixed = drawn.astype(np.float32) * share + rest.crop.astype(np.float32) * (1 - share)
        return Mouth(frame, mixed.round().astype(np.uint8), rest.clip_frame)

    def latent(self, frame: int, clip: int) -> Latents:
        """The latent pair to draw it from, shape (8, 32, 32)."""
        return np.asarray(self.latents[(clip + frame) % len(self.crops)])


def read_likeness(folder: Path, encoder: Encoder, vae: Path, cache: Path) -> Likeness:
    """The likeness of a pack; encodes it where that was never done. Raises Wrong when the pack is not of a filmed face."""
    pack = FacePack.read(folder)
    if pack.manifest.kind == "sketch":
        raise Wrong(f"{folder} is a drawn face: MuseTalk draws on filmed ones", "avatar face prepare CLIP_OR_PHOTO")
    fits_any = pack.manifest.kind == "photo"
    crops = [pack.cut(frame) for frame in range(1 if fits_any else pack.frames)]
    file = f"{pack.manifest.content}-{_fingerprint(vae)}.npy"
    return Likeness(crops, _latents(crops, encoder, (folder / IN_PACK / file, cache / file)), fits_any)


def keep_latents(folder: Path, encoder: Encoder, vae: Path) -> Path:
    """Encodes a pack and keeps the latents in it. Raises Wrong."""
    read_likeness(folder, encoder, vae, folder / IN_PACK)
    return folder / IN_PACK


def _latents(crops: list[Pixels], encoder: Encoder, places: tuple[Path, Path]) -> Latents:
    for place in places:
        if (found := _read(place, len(crops))) is not None:
            return found
    # A clip that plays forth and back shows each picture twice.
    known: dict[bytes, int] = {}
    which = [known.setdefault(crop.tobytes(), len(known)) for crop in crops]
    firsts = [which.index(number) for number in range(len(known))]
    log.info("encoding the face pack", extra={"pictures": len(firsts)})
    encoded = encoder.encode(np.stack([crops[first] for first in firsts]))
    latents = encoded[which].astype(np.float16)
    _write(places[-1], latents)
    return latents


def _read(file: Path, count: int) -> Latents | None:
    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found if isinstance(found, np.ndarray) and found.shape == (count, *_SHAPE) else None


def _write(file: Path, latents: Latents) -> None:
    """Keeps latents, whole or not at all; where nothing can be written they are made again at the next start."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.stem}.{os.getpid()}.npy")
        np.save(new, latents)
        new.replace(file)
    except OSError as error:
        log.warning("latents cannot be kept", extra={"folder": str(file.parent), "reason": error.strerror})


def _fingerprint(vae: Path) -> str:
    """Hash of the autoencoder: another one makes other latents."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(vae.iterdir()):
        if file.suffix in {".json", ".bin", ".safetensors"}:
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "blake2b").digest())
    return digest.hexdigest()
