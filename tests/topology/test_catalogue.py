"""Scenes of looking an actor up by its name."""

from __future__ import annotations

import pytest

from bus.errors import Wrong
from topology.catalogue import HOUSE, actor_class


def test_every_actor_of_the_house_is_called_as_its_folder() -> None:
    for name, actor in HOUSE.items():
        assert actor.name == name
        assert actor.__module__ == f"actors.{name.replace('-', '_')}.actor"


def test_a_misspelt_actor_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(Wrong) as raised:
        actor_class("mic_out")
    assert 'did you mean "mic-out"?' in raised.value.todo
    assert "mic_out" not in HOUSE
