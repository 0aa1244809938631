"""Pulled models: what each of their files was when it came, and whether it still is that."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from actors.weights import Weights

RECORD = "pulled.json"
"""Beside the files: of each its size and sha256."""


class Content(msgspec.Struct, frozen=True):
    """What is in a file. `size` in bytes; `sha256` in hex."""

    size: int
    sha256: str


Record = dict[str, Content]


def digest(path: Path) -> Content:
    """Reads a file to its end. Raises OSError."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Content(file.tell(), sha256)


def note_pulled(weights: Weights, name: str, content: Content) -> None:
    """Keeps what a file is. Raises OSError."""
    record = {**_record(weights), name: content}
    path = weights.folder / RECORD
    part = path.with_name(f"{RECORD}.part")
    part.write_bytes(msgspec.json.encode(record))
    part.replace(path)


def faults_of(weights: Weights) -> list[str]:
    """What is wrong with a model: files that are missing or not whole, and files that are not what was pulled. Reads all of
    it; of files that were copied here by hand nothing more is known. Raises OSError."""
    missing = [f"{file.name} is missing" for file in weights.missing]
    return missing + [f"{name} is not what was pulled" for name in spoilt(weights)]


def spoilt(weights: Weights) -> list[str]:
    """The files of a model that are there, and are not what was pulled. Raises OSError."""
    missing = {file.name for file in weights.missing}
    record = _record(weights).items()
    return [name for name, was in record if name not in missing and digest(weights.folder / name) != was]


def _record(weights: Weights) -> Record:
    try:
        return msgspec.json.decode((weights.folder / RECORD).read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return {}  # copied here by hand: nothing is known of it
