"""Weights of an engine: the files of its model, where they lie on this host, where they come from, what may be done with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import platformdirs


class WeightFile(msgspec.Struct, frozen=True):
    """One file. `size` in bytes, 0: not known; `sha256` in hex, empty: not known."""

    name: str
    size: int = 0
    sha256: str = ""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be pulled: `avatar models pull NAME`."""

    name: str
    """Its folder below `models_folder()`, such as "faster-whisper-large-v3-turbo"."""
    files: tuple[WeightFile, ...]
    source: str
    """Address that a file's name is put behind, with its last "/"."""
    page: str
    """Where a person reads about it."""
    licence: str
    """Its name, and in plain words whether it may be used commercially."""
    gated: bool = False
    """Whether a person must first agree to something on `page`, and then needs a token (HF_TOKEN)."""

    @property
    def folder(self) -> Path:
        """Where its files lie on this host, or would."""
        return models_folder() / self.name

    @property
    def size(self) -> int:
        """Bytes of all its files, as far as they are known."""
        return sum(file.size for file in self.files)

    @property
    def missing(self) -> tuple[WeightFile, ...]:
        """Its files that are not there, or not whole."""
        return tuple(file for file in self.files if not _is_whole(self.folder / file.name, file.size))


def models_folder() -> Path:
    """Where the models of this user lie. AVATAR_MODELS moves it."""
    chosen = os.environ.get("AVATAR_MODELS")
    return Path(chosen) if chosen else platformdirs.user_data_path("avatar", appauthor=False) / "models"


def weights_of(engine: type[Any], settings: msgspec.Struct) -> tuple[Weights, ...]:
    """The models that an engine would load with these settings and that can be pulled; none for one without `weights`."""
    told: Callable[[msgspec.Struct], tuple[Weights, ...]] | None = getattr(engine, "weights", None)
    return told(settings) if told else ()


def _is_whole(path: Path, size: int) -> bool:
    try:
        found = path.stat().st_size
    except OSError:
        return False
    return found == size if size else found > 0
