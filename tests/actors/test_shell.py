"""Shells: a module defines one actor, whatever it imports."""

from __future__ import annotations

import pytest

from actors.chunker.actor import Chunker
from actors.shell import shell_in


def test_the_actor_of_a_module_is_found() -> None:
    assert shell_in("actors.chunker.actor") is Chunker


def test_a_module_without_an_actor_of_its_own_is_refused() -> None:
    with pytest.raises(TypeError, match="must define one Actor, not 0"):
        shell_in("bus.rehearsal")
