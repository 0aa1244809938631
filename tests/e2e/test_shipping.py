"""Scenes of what is brought to another host, with a real sshd whose user has a bare home of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bus.clock import SECOND, now_ns
from remote.lab.sshd import MISSING, Sshd, sshd_path, start_sshd
from remote.shipping.landing import Landing, landed_plan
from remote.shipping.shipment import ship
from remote.ssh.line import CONFIG
from tests.e2e.plans import TOPOLOGY
from tests.e2e.split import uv_folder
from topology.plan import Plan
from topology.reading import read_plan

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sshd_path() is None, reason=MISSING)]

TOOLS = ("sh", "cat", "uname", "mkdir", "tar")
Far = Callable[..., Sshd]


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    """Hosts with a home of their own and only the named programs; packages may come from this machine's cache."""
    servers: list[Sshd] = []
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "here"))

    def start(*programs: str, **env: str) -> Sshd:
        tools, home = tmp_path / "bin", tmp_path / "home"
        tools.mkdir()
        home.mkdir()
        for name in (*TOOLS, *programs):
            found = sys.executable if name == "python3" else shutil.which(name)
            assert found, name
            (tools / name).symlink_to(os.path.realpath(found))
        env = {"PATH": str(tools), "HOME": str(home), "UV_CACHE_DIR": cache(), "UV_PYTHON_DOWNLOADS": "never"} | env
        server = start_sshd(tmp_path, "SetEnv " + " ".join(f'"{key}={value}"' for key, value in env.items()))
        servers.append(server)
        monkeypatch.setenv(CONFIG, str(server.config))
        return server

    yield start
    for server in servers:
        server.stop()


def cache() -> str:
    return subprocess.run(["uv", "cache", "dir"], check=True, capture_output=True, text=True).stdout.strip()


def split(folder: Path) -> Plan:
    """The plan with two hosts, in a folder of its own."""
    for name in ("split.toml", "persona.toml"):
        shutil.copy(TOPOLOGY / name, folder / name)
    text = (folder / "split.toml").read_text().replace("root@203.0.113.7:41022", "gpu")
    (folder / "split.toml").write_text(text)
    return read_plan(folder / "split.toml")


def shipped(plan: Plan) -> tuple[Landing, list[str]]:
    said: list[str] = []
    return ship(plan.hosts["gpu"], "gpu", plan, said.append), said


def test_a_bare_host_gets_all_that_a_call_needs_and_only_once(far: Far, tmp_path: Path) -> None:
    far("python3", PATH=f"{tmp_path / 'bin'}:{uv_folder()}")
    plan = split(tmp_path)
    landing, said = shipped(plan)
    assert any(line.startswith("sent ") for line in said)
    assert any("nstalled" in line for line in said)
    persona = str(landed_plan(plan, "gpu", landing).actors["llm"].settings["persona"])
    assert persona.startswith(str(tmp_path / "home"))
    assert Path(persona).read_bytes() == (TOPOLOGY / "persona.toml").read_bytes()
    check = [landing.python, "-c", "import remote.director, zmq, onnxruntime; print(remote.__file__)"]
    done = subprocess.run(check, cwd=landing.folder, capture_output=True, text=True, env={}, check=True)
    assert done.stdout.strip() == f"{landing.folder}/remote/__init__.py"
    began_ns = now_ns()
    again, said = shipped(plan)
    assert now_ns() - began_ns < 6 * SECOND
    assert places(again) == places(landing)
    assert not any("sent" in line or "nstall" in line for line in said)


def places(landing: Landing) -> tuple[str, str, dict[str, str]]:
    return landing.python, landing.folder, landing.files
