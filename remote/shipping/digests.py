"""Digests of files, remembered: a model of gigabytes is read once, and not at each start."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec
import platformdirs

Known = dict[str, tuple[int, int, str]]
"""Path -> size in bytes, time of writing in ns, SHA-256."""
REMEMBERED_BYTES = 1 << 20
"""A smaller one is read each time: it is as quick, and cannot be wrong."""


def digests_file() -> Path:
    """Where they are remembered. AVATAR_HOME moves it."""
    home = os.environ.get("AVATAR_HOME")
    return (Path(home) if home else platformdirs.user_cache_path("avatar", appauthor=False)) / "digests.json"


class Digests:
    """What files hold, by a memory that may be lost at any time."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known: Known = {}
        with contextlib.suppress(OSError, msgspec.DecodeError):
            self._known = msgspec.json.decode(memory.read_bytes(), type=Known)

    def __call__(self, path: Path) -> str:
        """SHA-256 of a file, in hex. Raises OSError."""
        status = path.stat()
        size, at_ns, digest = self._known.get(str(path), (0, 0, ""))
        if digest and (size, at_ns) == (status.st_size, status.st_mtime_ns):
            return digest
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if status.st_size >= REMEMBERED_BYTES:
            self._known[str(path)] = (status.st_size, status.st_mtime_ns, digest)
        return digest

    def keep(self) -> None:
        """Remembers them for the next time, where it can."""
        fresh = self._memory.with_name(f"{self._memory.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.encode(self._known))
            fresh.replace(self._memory)
