"""Scenes of a plan in memory."""

from __future__ import annotations

import msgspec
import pytest

from topology.plan import Host, Placement, Plan, Restart, Service, Session


def test_the_hosts_that_something_runs_on_are_known_and_local_is_always_one() -> None:
    plan = Plan(
        file="/p.toml",
        session=Session(name="p"),
        hosts={"gpu": Host(ssh="gpu"), "spare": Host(ssh="spare"), "server": Host(ssh="server")},
        actors={"tts": Placement(actor="tts", host="gpu")},
        services={"fish": Service(command=("fish",), host="server")},
    )
    assert plan.used_hosts == ("local", "gpu", "server")
    assert [placement.actor for placement in plan.on("gpu")] == ["tts"]
    assert plan.on("local") == ()


def test_a_plan_travels_to_another_host_whole() -> None:
    plan = Plan(file="/p.toml", session=Session(), actors={"tts": Placement(actor="tts", settings={"a": [1, "x"]})})
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_waits_that_shrink_are_refused() -> None:
    with pytest.raises(ValueError, match="backoff_ms"):
        Restart(backoff_ms=10, backoff_max_ms=5)


def test_a_hang_that_is_shorter_than_two_heartbeats_cannot_be_told() -> None:
    assert (Restart(hang_s=0).hang_s, Restart(hang_s=3).hang_s) == (0, 3)
    with pytest.raises(ValueError, match="too short to tell"):
        Restart(hang_s=1)


def test_an_ssh_address_that_ssh_would_take_for_an_option_is_refused() -> None:
    with pytest.raises(ValueError, match="not an ssh address"):
        Host(ssh="-oProxyCommand=anything")
