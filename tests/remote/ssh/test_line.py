"""Scenes of the ssh command line."""

from __future__ import annotations

import shlex
import shutil
import sys

import pytest

from bus.errors import Fatal
from remote.ssh.line import CONFIG, Forward, shell, ssh_line
from topology.plan import Host

GPU = Host(ssh="root@203.0.113.7:41022")


@pytest.fixture(autouse=True)
def _a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.delenv(CONFIG, raising=False)


def test_host_keys_are_always_checked_and_nobody_is_asked() -> None:
    options = " ".join(ssh_line(GPU))
    assert "-o StrictHostKeyChecking=yes" in options
    assert "-o BatchMode=yes" in options
    assert "-o ControlMaster=no" in options


def test_the_destination_can_never_be_taken_for_an_option() -> None:
    with pytest.raises(ValueError, match="not an ssh address"):
        Host(ssh="-oProxyCommand=evil")
    assert ssh_line(GPU, "true")[-3:] == ["--", "root@203.0.113.7", "true"]


def test_a_name_of_the_ssh_config_gets_no_port_of_ours() -> None:
    assert "-p" not in ssh_line(Host(ssh="gpu"))
    assert ssh_line(GPU)[-4:-2] == ["-p", "41022"]


def test_forwards_bind_and_reach_the_loopback_alone() -> None:
    options = ssh_line(GPU, forwards=[Forward(20_001, 5_555)])
    assert options[options.index("-L") + 1] == "127.0.0.1:20001:127.0.0.1:5555"
    assert "-R" not in options


def test_another_configuration_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG, "/some/config")
    options = ssh_line(GPU)
    assert options[options.index("-F") + 1] == "/some/config"


@pytest.mark.parametrize("platform", ["win32", "darwin", "linux"])
def test_without_a_client_the_person_learns_how_to_get_one(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(Fatal, match="no ssh on this machine") as caught:
        ssh_line(GPU)
    assert caught.value.todo


def test_a_script_reaches_the_shell_as_it_was_written() -> None:
    script = """echo "it's"; awk '{ print $1 }'"""
    assert shlex.split(shell(script)) == ["exec", "sh", "-c", script]
