"""Memory of landings: what a host was found to have lately, so that the next call begins there with its first login.

It may be wrong (the host is another one by now, somebody tidied up) and may be lost at any time: whoever goes by it and does
not arrive forgets it, and looks again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import platformdirs

from bus.clock import wall_time

KEEP = timedelta(hours=20)
"""Well below the days after which a host sweeps away what no call has asked for."""


class Landed(msgspec.Struct, frozen=True):
    """Where it is: the Python of the environment, the code, each tree by its hash, and free ports."""

    python: str
    folder: str
    trees: dict[str, str]
    ports: tuple[int, int]


class Remembered(msgspec.Struct, frozen=True):
    """One of them: what it is there for (`order`), what was found, and when."""

    order: str
    landed: Landed
    at: datetime


def landings_file() -> Path:
    """Where they are remembered. AVATAR_HOME moves it."""
    home = os.environ.get("AVATAR_HOME")
    return (Path(home) if home else platformdirs.user_cache_path("avatar", appauthor=False)) / "landings.json"


class Landings:
    """The last one of each call and host. `now`: the civil time."""

    def __init__(self, file: Path, now: Callable[[], datetime] = wall_time) -> None:
        self._file = file
        self._now = now

    def recall(self, where: str, order: str) -> Landed | None:
        """What was found there lately for the very same order."""
        known = self._read().get(where)
        return known.landed if known and known.order == order and self._now() - known.at < KEEP else None

    def keep(self, where: str, order: str, landed: Landed) -> None:
        """Remembers it for the next time, where it can."""
        self._write(self._read() | {where: Remembered(order, landed, self._now())})

    def forget(self, where: str) -> None:
        """It was of no use."""
        self._write({place: known for place, known in self._read().items() if place != where})

    def _read(self) -> dict[str, Remembered]:
        with contextlib.suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, Remembered])
        return {}

    def _write(self, known: dict[str, Remembered]) -> None:
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.encode(known))
            fresh.replace(self._file)
