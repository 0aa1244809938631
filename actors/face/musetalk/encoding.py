"""Encoding of a face pack for MuseTalk ahead of its first start: the latents then travel with the pack."""

from __future__ import annotations

from pathlib import Path

from actors.face.musetalk.likeness import keep_latents
from actors.face.musetalk.models import find_models
from actors.face.musetalk.network import Device, Network


def encode_pack(folder: Path, models: Path, device: Device = "auto") -> None:
    """Encodes the pack in `folder` and keeps the latents in it. Blocks (seconds on a GPU). Raises Wrong or Fatal."""
    files = find_models(models)
    keep_latents(folder, Network.load(files, device), files.vae)
