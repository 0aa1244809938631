"""Scenes of the lab's plan and of its environment; whole calls in it are in tests/e2e/test_split.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bus.clock import SECOND, now_ns
from bus.errors import Gone
from remote.lab.sshd import MISSING, sshd_path
from remote.lab.two_hosts import FAR_ACTORS, HOST, placed, two_hosts
from remote.ssh.line import CONFIG
from remote.ssh.visit import Visit
from tests.e2e.plans import TOPOLOGY
from topology.plan import Host
from topology.reading import read_plan


def test_a_bundled_plan_has_its_heavy_actors_on_the_other_host(tmp_path: Path) -> None:
    for source in TOPOLOGY.iterdir():
        if source.is_file():
            (tmp_path / source.name).write_bytes(source.read_bytes())
    path = tmp_path / "demo.toml"
    path.write_text(placed(path.read_text(encoding="utf-8")), encoding="utf-8")
    plan = read_plan(path)
    assert {p.actor for p in plan.on("gpu")} == set(FAR_ACTORS)


@pytest.mark.skipif(sshd_path() is None, reason=MISSING)
def test_the_environment_is_as_before_when_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG, "mine")
    with two_hosts(tmp_path) as lab:
        assert os.environ[CONFIG] == str(tmp_path / "ssh" / "config")
        with pytest.raises(Gone, match="no part in the call"):
            lab.far_client("nobody", ())
        with pytest.raises(Gone, match="nobody is logged in"):
            lab.login_s_ago()
        begun_ns = now_ns()
        with Visit(Host(ssh=HOST), "cat") as visit:
            visit.write(b"here\n")
            assert visit.line() == "here"
            assert 0 <= lab.login_s_ago() <= (now_ns() - begun_ns) / SECOND + 0.02  # the kernel counts in hundredths
    assert os.environ[CONFIG] == "mine"
