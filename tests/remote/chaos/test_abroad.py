"""Scenes of the second host of a chaos run; whole runs need an ssh server and minutes: avatar chaos --split."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bus.client import Client
from bus.errors import Broken, Wrong
from remote.chaos import abroad as place
from remote.chaos.abroad import Abroad, abroad
from remote.chaos.fault import Fault
from remote.far.tie import LinkStatus, Stage
from remote.lab.relay import Relay
from remote.lab.sshd import MISSING, sshd_path
from remote.lab.two_hosts import TwoHosts
from tests.e2e.plans import TOPOLOGY
from tests.remote.pretended import PretendedCall
from topology.reading import read_plan


@pytest.fixture
def way() -> Iterator[Relay]:
    way = Relay(1)
    yield way
    way.close()


@pytest.fixture
def client(call: PretendedCall) -> Iterator[Client]:
    client = Client(call.house.keys, call.house.port, "chaos")
    yield client
    client.close()


def linked(call: PretendedCall, stage: Stage, cuts: int) -> None:
    link = LinkStatus(host="gpu", address="gpu", stage=stage, words="", cuts=cuts)
    call.status = msgspec.structs.replace(call.status, links=(link,))


def test_a_cut_that_nobody_notices_is_told(
    call: PretendedCall, client: Client, way: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "NOTICED_NS", 1)
    linked(call, "up", 3)
    there = Abroad(TwoHosts(tmp_path, way, 0), "demo", "gpu")
    fault = Fault(number=1, at_s=0, kind="cut", target="gpu", stop_s=0.01)
    with pytest.raises(Broken, match="nobody noticed"):
        there.strike(fault, client)
    assert way._flows.is_set()


def test_an_anchor_that_is_not_there_is_not_killed(
    call: PretendedCall, client: Client, way: Relay, tmp_path: Path
) -> None:
    linked(call, "up", 0)
    there = Abroad(TwoHosts(tmp_path, way, 0), "demo", "gpu")
    with pytest.raises(Broken, match="no anchor"):
        there.strike(Fault(number=1, at_s=0, kind="anchor", target="gpu"), client)


@pytest.mark.skipif(sshd_path() is None, reason=MISSING)
def test_the_other_host_of_a_plan_is_played_here(tmp_path: Path) -> None:
    with abroad(read_plan(TOPOLOGY / "split.toml"), tmp_path, "chaos-1") as (plan, there):
        assert (plan.hosts["gpu"].ssh, there.host) == ("gpu", "gpu")
        assert there.session.folder.is_relative_to(tmp_path.resolve())


def test_a_plan_without_another_host_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(Wrong, match="0 other hosts"),
        abroad(read_plan(TOPOLOGY / "demo.toml"), tmp_path, "chaos-1"),
    ):
        pass
