"""Scenes of the lab's sshd; what it lets in is tested by all that go through it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errors import Fatal
from remote.lab import sshd
from remote.lab.sshd import MISSING, sshd_path, start_sshd


def test_a_machine_without_one_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sshd, "sshd_path", lambda: None)
    with pytest.raises(Fatal, match="sshd is not installed"):
        start_sshd(tmp_path)


@pytest.mark.skipif(sshd_path() is None, reason=MISSING)
def test_one_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(Fatal, match="NoSuchOption"):
        start_sshd(tmp_path, "NoSuchOption yes")


@pytest.mark.skipif(sshd_path() is None, reason=MISSING)
def test_it_is_reached_through_another_port_with_the_same_key(tmp_path: Path) -> None:
    server = start_sshd(tmp_path)
    try:
        server.reach_through(2222)
        assert "Port 2222" in server.config.read_text()
        assert server.known_hosts.read_text().startswith("[127.0.0.1]:2222 ssh-ed25519 ")
    finally:
        server.stop()
