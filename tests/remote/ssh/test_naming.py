"""Scenes of hosts as a person names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errors import Wrong
from remote.ssh.naming import host_named

SPLIT = Path(__file__).parents[3] / "topology" / "split.toml"


def test_a_host_of_the_plan_is_found_by_its_name() -> None:
    assert host_named("gpu", SPLIT).port == 41022


def test_without_a_plan_it_is_what_ssh_understands() -> None:
    assert host_named("gpu", None).destination == "gpu"


def test_what_neither_knows_is_refused_with_the_hosts_that_there_are() -> None:
    with pytest.raises(Wrong, match="not an ssh address") as caught:
        host_named("-x", SPLIT)
    assert caught.value.todo == f"hosts of {SPLIT}: gpu"
