"""Scenes of `avatar doctor HOST` with a real sshd."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote.lab.sshd import MISSING, PLAIN_BASH, Sshd, make_key, sshd_path, start_sshd
from remote.ssh.line import CONFIG

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sshd_path() is None, reason=MISSING)]

Lines = dict[str, dict[str, str]]


@pytest.fixture
def gpu(tmp_path: Path) -> Iterator[Sshd]:
    """A host that lets us in."""
    server = start_sshd(tmp_path, f"SetEnv {PLAIN_BASH}")
    yield server
    server.stop()


def doctor(server: Sshd, host: str = "gpu") -> tuple[int, Lines]:
    """Exit code and findings, by subject."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "doctor", host, "--json"],
        capture_output=True,
        env={**os.environ, CONFIG: str(server.config)},
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {finding["subject"]: finding for finding in findings}


def test_a_good_host_is_told_line_by_line(gpu: Sshd) -> None:
    code, lines = doctor(gpu)
    assert code == 0
    told = list(lines)
    assert told[:5] == ["login", "host key", "ssh server", "forwarding", "round trip"]
    assert {"clock", "bandwidth", "system", "python", "uv", "disk", "gpu"} <= set(told)
    assert "SHA256:" in lines["host key"]["what"]
    assert lines["ssh server"]["what"].startswith("OpenSSH")
    assert {lines[name]["verdict"] for name in told[:5]} == {"ok"}


def test_a_changed_host_key_and_an_unknown_one_stop_at_the_door(gpu: Sshd, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other")
    gpu.known_hosts.write_text(f"[127.0.0.1]:{gpu.port} {other}\n")
    code, lines = doctor(gpu)
    assert (code, list(lines)) == (1, ["login"])
    assert "another host key than before" in lines["login"]["what"]
    gpu.known_hosts.write_text("")
    assert "is not known here" in doctor(gpu)[1]["login"]["what"]


def test_a_wrong_key_and_a_wrong_port_are_told_apart(gpu: Sshd, tmp_path: Path) -> None:
    (tmp_path / "authorized_keys").write_text("")
    assert "does not let this user in" in doctor(gpu)[1]["login"]["what"]
    gpu.stop()
    code, lines = doctor(gpu)
    assert code == 1
    assert "nothing listens at" in lines["login"]["what"]


def test_a_host_that_forwards_nothing_and_has_no_python_says_so(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "uname", "df", "awk", "head", "cat"):
        (tools / name).symlink_to(next(p / name for p in (Path("/bin"), Path("/usr/bin")) if (p / name).exists()))
    server = start_sshd(tmp_path, "AllowTcpForwarding no", f"SetEnv {PLAIN_BASH} PATH={tools}")
    try:
        code, lines = doctor(server)
    finally:
        server.stop()
    assert code == 1
    assert "does not allow port forwarding" in lines["forwarding"]["what"]
    assert lines["python"]["what"] == "there is no python3"
    assert "clock" not in lines
    assert lines["round trip"]["verdict"] == "ok"
