"""Scenes of an edited plan: only what changed is touched."""

from __future__ import annotations

import msgspec
import pytest

from topology.change import Change, Replacement, Unit, change
from topology.plan import Host, Placement, Plan, Restart, Service, Session

PLAN = Plan(
    file="/plan.toml",
    session=Session(name="toys"),
    hosts={"gpu": Host(ssh="root@gpu")},
    services={"fish": Service(command=("fish",))},
    actors={
        "vad": Placement(actor="vad", engine="file", settings={"path": "/a.wav"}, stamps={"path": "one"}),
        "tts": Placement(actor="tts", engine="espeak", host="gpu", replicas=2),
    },
)


def edited(actor: str, **fields: object) -> Plan:
    actors = {**PLAN.actors, actor: msgspec.structs.replace(PLAN.actors[actor], **fields)}
    return msgspec.structs.replace(PLAN, actors=actors)


def test_the_same_plan_changes_nothing() -> None:
    assert not change(PLAN, PLAN)


def test_a_new_actor_starts_and_one_taken_out_stops() -> None:
    actors = {"vad": PLAN.actors["vad"], "asr": Placement(actor="asr")}
    done = change(PLAN, msgspec.structs.replace(PLAN, actors=actors))
    assert done.starts == (Unit("asr"),)
    assert done.stops == (Unit("tts"), Unit("tts", 1))
    assert done.leaves == ("gpu",)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"engine": "web"}, "engine: file -> web"),
        ({"host": "gpu"}, "host: local -> gpu"),
        ({"python": "/env/python"}, "python: its own -> /env/python"),
        ({"settings": {"path": "/b.wav"}}, "settings.path"),
        ({"settings": {"path": "/a.wav", "gain": 2.0}}, "settings.gain"),
        ({"settings": {}}, "settings.path"),
        ({"stamps": {"path": "other"}}, "settings.path: the file has changed"),
        ({"settings": {"path": "/b.wav"}, "stamps": {"path": "other"}}, "settings.path"),
    ],
)
def test_an_actor_that_runs_otherwise_is_replaced_and_the_reason_is_told(
    fields: dict[str, object], reason: str
) -> None:
    assert change(PLAN, edited("vad", **fields)) == Change(replaces=(Replacement(Unit("vad"), (reason,)),))


def test_one_more_replica_starts_beside_the_others() -> None:
    assert change(PLAN, edited("tts", replicas=3)) == Change(starts=(Unit("tts", 2),))
    assert change(PLAN, edited("tts", replicas=1)) == Change(stops=(Unit("tts", 1),))


def test_an_eased_restart_policy_ends_no_process() -> None:
    assert change(PLAN, edited("vad", restart=Restart(max=9))) == Change(eased=("vad",))


def test_a_host_at_another_address_ends_no_process() -> None:
    moved = msgspec.structs.replace(PLAN, hosts={"gpu": Host(ssh="root@new")})
    assert change(PLAN, moved) == Change(turns=("gpu",))
    alone = msgspec.structs.replace(edited("tts", host="local"), hosts={"gpu": Host(ssh="root@new")})
    assert not change(PLAN, alone).turns, "nobody goes there any more"
    roomier = Host(ssh=PLAN.hosts["gpu"].ssh, gpu_gb=24)
    assert not change(PLAN, msgspec.structs.replace(PLAN, hosts={"gpu": roomier}))


def test_a_service_starts_stops_and_is_replaced() -> None:
    other = {"fish": Service(command=("fish", "--fast"))}
    (replaced,) = change(PLAN, msgspec.structs.replace(PLAN, services=other)).service_replaces
    assert replaced == Replacement(Unit("fish"), ("command",))
    assert change(PLAN, msgspec.structs.replace(PLAN, services={})).service_stops == ("fish",)
    assert change(msgspec.structs.replace(PLAN, services={}), PLAN).service_starts == ("fish",)


def test_a_server_that_runs_does_not_care_how_long_it_may_take_to_start() -> None:
    patient = {"fish": Service(command=("fish",), ready_s=600.0)}
    assert change(PLAN, msgspec.structs.replace(PLAN, services=patient)) == Change(eased=("fish",))
