"""Stamp of an input file or folder: two stamps differ when its content does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

HASHED_BYTES = 16 * 1024 * 1024
"""A larger file, such as a model, is known by its size and its time of writing: a plan is read often."""
FILES = 10_000
"""So many files of a folder are looked at."""


def stamp(path: Path) -> str:
    """The stamp; empty when nothing is there, or it cannot be read. A file that is saved again as it was keeps its."""
    digest = hashlib.sha256()
    try:
        for part in _parts(path):
            digest.update(part)
    except OSError:
        return ""
    return digest.hexdigest()[:16]


def _parts(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        for count, file in enumerate(sorted(path.rglob("*"))):
            if count == FILES:
                return
            if file.is_file():
                yield str(file.relative_to(path)).encode()
                yield _written(file)
    elif path.stat().st_size > HASHED_BYTES:
        yield _written(path)
    else:
        yield path.read_bytes()


def _written(file: Path) -> bytes:
    status = file.stat()
    return b"%d %d;" % (status.st_size, status.st_mtime_ns)
