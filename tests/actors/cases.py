"""Cases of a contract: every engine of an actor in every scene, but for those that a table leaves out, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

Scene = Callable[..., Any]


def cases(engines: Iterable[str], scenes: Iterable[Scene], not_for: Mapping[tuple[Scene, str], str]) -> list[Any]:
    """Parameters (engine, scene). Raises ValueError for a line of the table that leaves nothing out, or says no reason."""
    every = [(scene, engine) for engine in engines for scene in scenes]
    idle = [(scene.__name__, engine) for scene, engine in not_for if (scene, engine) not in every]
    if idle or not all(not_for.values()):
        raise ValueError(f"the table leaves out what there is not, or does not say why: {idle}")
    return [
        pytest.param(engine, scene, id=f"{engine}-{scene.__name__}")
        for scene, engine in every
        if (scene, engine) not in not_for
    ]
