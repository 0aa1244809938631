"""Environment of the base install: what it must not bring along. Gigabytes for a call that needs none of them."""

from __future__ import annotations

import importlib.metadata
import re

FORBIDDEN = re.compile(r"(torch|torchaudio|torchvision|triton|tensorflow|nvidia[-_.].*)", re.IGNORECASE)


def test_the_base_install_has_neither_torch_nor_packages_of_a_gpu() -> None:
    """silero-vad asks for torch; [[tool.uv.dependency-metadata]] in pyproject.toml takes that back."""
    names = {found.metadata["Name"] for found in importlib.metadata.distributions()}
    assert "silero-vad" in names, "the base install is there"
    assert not {name for name in names if FORBIDDEN.fullmatch(name)}
