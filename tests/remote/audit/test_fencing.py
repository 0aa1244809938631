"""Scenes of the rules of the fence: each finds the damage that it is there for."""

from __future__ import annotations

import pytest

from bus.messages import Played, Shown, SoundSlice, Token
from tests.remote.audit.scene import Spoil, late, spoilt


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        pytest.param(late(Token), "nothing old passes", id="a token behind the cut"),
        pytest.param(late(SoundSlice), "nothing old passes", id="a slice behind the cut"),
        pytest.param(late(Played), "nothing old at a sink", id="sound behind the cut"),
        pytest.param(late(Shown), "nothing old at a sink", id="a mouth behind the cut"),
    ],
)
def test_damage_is_found(spoil: Spoil, rule: str) -> None:
    assert rule in spoilt(spoil)
