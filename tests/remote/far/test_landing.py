"""Scenes of a landing on a host that sees this machine's files."""

from __future__ import annotations

from pathlib import Path

from remote.far.landing import land_beside
from tests.remote.doubles import plan
from topology.plan import Host
from topology.ports import is_free


def test_beside_this_machine_everything_is_there_and_two_ports_are_free(tmp_path: Path) -> None:
    said: list[str] = []
    landing = land_beside(Host(ssh="gpu"), "gpu", plan(tmp_path), said.append)
    assert (Path(landing.folder) / "remote" / "far").is_dir()
    assert Path(landing.python).exists()
    assert all(is_free(port) for port in landing.ports.values())
    assert said
