"""Cargo for another host: the code and the input files as trees, each named by the hash of what is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import msgspec

from bus.errors import Wrong

ROOMS = ("bus", "actors", "topology", "remote", "cli")
LEFT_OUT = frozenset({".pyc", ".wav"})
"""Endings of what no other host needs of the packages; a sound that a plan names goes as its input file."""
PROJECT, LOCK = "pyproject.toml", "uv.lock"

NAME_CHARS = 16
"""Of a hash that names a folder: espeak-ng reads no data whose path has more than 160 letters."""

Digest = Callable[[Path], str]
"""SHA-256 of a file's content."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Files as they will lie there: path -> (hash of its content, where it is here). `name`: what of it is meant."""

    name: str
    files: dict[str, tuple[str, Path]]

    @property
    def digest(self) -> str:
        """The hash of all paths and contents."""
        return hashlib.sha256(msgspec.json.encode(self.rows)).hexdigest()[:NAME_CHARS]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Path and hash of each file, in order."""
        return [(path, blob) for path, (blob, _) in sorted(self.files.items())]


def code_root() -> Path:
    """The folder that the packages of this process lie in."""
    return Path(__file__).parents[2]


def code_tree(root: Path, digest: Digest) -> Tree:
    """The packages with their project file, and the lock file when there is one. Raises Wrong without a project file."""
    paths = {path.relative_to(root).as_posix(): path for room in ROOMS for path in _within(root / room)}
    paths = {name: path for name, path in paths.items() if path.suffix not in LEFT_OUT}
    paths[PROJECT] = project_file(root)
    if paths[PROJECT].parent == root and (root / LOCK).is_file():
        paths[LOCK] = root / LOCK
    return Tree("", {name: (digest(path), path) for name, path in paths.items()})


def project_file(root: Path) -> Path:
    """The pyproject.toml of a checkout, or the one that an installation keeps. Raises Wrong."""
    inside = Path(str(files("remote.shipping"))) / PROJECT
    for path in (root / PROJECT, inside):
        if path.is_file():
            return path
    raise Wrong(f"there is no {PROJECT} beside the code", "install avatar anew, or start it in its checkout")


def input_tree(path: Path, digest: Digest) -> Tree:
    """An input file or folder, under its own name. Raises Wrong when it cannot be read."""
    try:
        if path.is_dir():
            return Tree(
                path.name,
                {f"{path.name}/{file.relative_to(path).as_posix()}": (digest(file), file) for file in _within(path)},
            )
        return Tree(path.name, {path.name: (digest(path), path)})
    except OSError as error:
        raise Wrong(
            f"{path} cannot be read: {error.strerror}", "make it readable, it is needed on the other host"
        ) from None


def environment_digest(code: Tree, extras: tuple[str, ...]) -> str:
    """The name of the environment that this code needs with these extras."""
    made_of = [code.files[name][0] for name in (PROJECT, LOCK) if name in code.files]
    return hashlib.sha256(msgspec.json.encode([made_of, extras])).hexdigest()[:NAME_CHARS]


def _within(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path
