"""Weights of an engine: the files of its model, where they lie on this host, where they come from, what may be done with them.

An engine names those that can be pulled for it in a class variable `pullable`, and in `brings` the model that comes with a
package.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

_POINTER = b"version https://git-lfs"


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
    about: int = 0
    """Bytes of all its files as people tell them, where the exact sizes are not known here; 0: nobody tells."""
    gated: bool = False
    """Whether a person must first agree to something on `page`, and then needs a token (HF_TOKEN)."""

    @property
    def folder(self) -> Path:
        """Where its files lie on this host, or would."""
        return models_folder() / self.name

    @property
    def size(self) -> int:
        """Bytes of all its files, nearly; 0: not known."""
        return sum(file.size for file in self.files) or self.about

    @property
    def how(self) -> str:
        """What a person does to get it."""
        pull = f"avatar models pull {self.name}"
        return f"{pull} (gated: agree on {self.page} first; it asks for HF_TOKEN)" if self.gated else pull

    @property
    def missing(self) -> tuple[WeightFile, ...]:
        """Its files that are not there, or not whole."""
        return tuple(file for file in self.files if not _is_whole(self.folder / file.name, file.size))


def models_folder() -> Path:
    """Where the models of this user lie. AVATAR_MODELS moves it."""
    chosen = os.environ.get("AVATAR_MODELS")
    return Path(chosen) if chosen else platformdirs.user_data_path("avatar", appauthor=False) / "models"


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A model that lies in the wheel of a package, and need not be pulled."""

    name: str
    package: str
    """As it is imported."""
    size: int
    """Bytes, nearly."""
    licence: str
    page: str
    extra: str = ""
    """The extra of avatar that brings the package; empty: it is always installed."""

    @property
    def is_here(self) -> bool:
        """Whether the package is installed. Does not import it."""
        return importlib.util.find_spec(self.package) is not None


def pullable_of(engine: type[Any] | None) -> tuple[Weights, ...]:
    """The models that can be pulled for an engine, whichever its settings name."""
    return tuple(getattr(engine, "pullable", ()))


def brought_of(engine: type[Any]) -> Brought | None:
    """The model that comes with a package of the engine."""
    return getattr(engine, "brings", None)


def is_pointer(path: Path) -> bool:
    """Whether a file is only what git-lfs puts in place of a model."""
    with path.open("rb") as opened:
        return opened.read(len(_POINTER)) == _POINTER


def _is_whole(path: Path, size: int) -> bool:
    try:
        found = path.stat().st_size
        return found == size if size else found > 0 and not is_pointer(path)
    except OSError:
        return False
