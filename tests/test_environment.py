"""Environment of the base install: what it must not bring along. Gigabytes for a call that needs none of them."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FORBIDDEN = re.compile(r"(torch|torchaudio|torchvision|triton|tensorflow|nvidia-.*)")
ASKS_FOR_NOTHING = ("silero-vad",)
"""It asks for torch; [[tool.uv.dependency-metadata]] in pyproject.toml takes that back."""


def brought_by(name: str, seen: set[str]) -> Iterator[str]:
    """Names of all that an installed package brings along, without its extras: they may be installed here, too."""
    if name in seen:
        return
    seen.add(name)
    yield name
    if name in ASKS_FOR_NOTHING:
        return
    for line in importlib.metadata.requires(name) or ():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield from brought_by(canonicalize_name(wanted.name), seen)


def test_the_base_install_has_neither_torch_nor_packages_of_a_gpu() -> None:
    names = set(brought_by("avatar-call", set()))
    assert {"silero-vad", "numpy", "pyzmq"} <= names
    assert not {name for name in names if FORBIDDEN.fullmatch(name)}
