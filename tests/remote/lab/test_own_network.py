"""Scenes of a network of its own; a whole call in one is in tests/e2e/test_alone.py."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from bus.errors import Fatal
from remote.lab.own_network import own_network


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been run; a rate of 9 Mbit/s is refused."""
    lines: list[str] = []

    def run(command: Sequence[str], **_: Any) -> subprocess.CompletedProcess[str]:
        lines.append(" ".join(command))
        refused = "tbf" in command and "9mbit" in command
        return subprocess.CompletedProcess(command, int(refused), "", "Operation not permitted\n" if refused else "")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", lambda tool: f"/sbin/{tool}")
    monkeypatch.setattr(sys, "platform", "linux")
    return lines


def test_both_ends_of_the_wire_have_an_address_and_a_rate_and_all_of_it_goes(ran: list[str]) -> None:
    with own_network(7) as network:
        made = list(ran)
        assert network.prefix == ("ip", "netns", "exec", network.name)
    assert sum("tbf rate 7mbit" in line for line in made) == 2
    assert sum("address add 10.203.0." in line for line in made) == 2
    assert ran[len(made) :] == [f"ip link del {made[1].split()[3]}", f"ip netns del {network.name}"]


def test_where_it_is_not_allowed_it_says_so_and_leaves_nothing(ran: list[str]) -> None:
    with pytest.raises(Fatal, match=r"allows no network of its own: .*: Operation not permitted"), own_network(9):
        raise AssertionError
    assert ran[-1].startswith("ip netns del")


def test_without_the_tools_it_says_what_to_install(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == "tc" else tool)
    with pytest.raises(Fatal) as caught, own_network(7):
        raise AssertionError
    assert "iproute2 (tc)" in caught.value.todo
    assert not ran
