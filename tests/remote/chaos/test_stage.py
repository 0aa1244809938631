"""Scenes of the stage: what a plan becomes before it is shot at."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errors import Wrong
from remote.chaos.stage import CHANGES, changed, moved, staged
from tests.e2e.plans import TOPOLOGY
from topology.choice import settle
from topology.plan import LOCAL, Plan
from topology.reading import read_plan
from topology.vetting import vet

SOUND, FOLDER = (TOPOLOGY / "conversation.wav").resolve(), Path("/out").resolve()


@pytest.mark.parametrize("name", ["demo", "local"])
def test_the_person_comes_from_a_file_and_the_sinks_go_into_one(name: str) -> None:
    plan = staged(settle(read_plan(TOPOLOGY / f"{name}.toml"), LOCAL), "chaos-1", SOUND, FOLDER)
    assert plan.session.name == "chaos-1"
    assert "web" not in plan.actors
    assert {plan.actors[actor].engine for actor in ("vad", "cam-out", "mic-out")} == {"file"}
    assert plan.actors["vad"].settings["path"] == str(SOUND)
    assert all(placement.restart.max >= 100 for placement in plan.actors.values())
    vet(plan)


def test_what_is_no_conversation_or_lies_elsewhere_is_refused() -> None:
    plan = read_plan(TOPOLOGY / "demo.toml")
    with pytest.raises(Wrong, match="no tts"):
        staged(without(plan, "tts"), "x", SOUND, FOLDER)
    with pytest.raises(Wrong, match="another host"):
        staged(read_plan(TOPOLOGY / "split.toml"), "x", SOUND, FOLDER)


def test_of_two_hosts_an_actor_is_always_moved_to_the_other() -> None:
    plan = staged(read_plan(TOPOLOGY / "split.toml"), "x", SOUND, FOLDER, split=True)
    assert plan.actors["tts"].host == "gpu"
    here = moved(plan, "tts", "gpu")
    assert (here.actors["tts"].host, moved(here, "tts", "gpu")) == (LOCAL, plan)
    vet(here)


def test_a_change_gives_a_setting_another_value_every_time() -> None:
    plan = staged(read_plan(TOPOLOGY / "demo.toml"), "chaos-1", SOUND, FOLDER)
    for actor, (key, values) in CHANGES.items():
        for number in range(6):
            other = changed(plan, actor, number)
            assert other.actors[actor].settings[key] in values
            assert other.actors[actor].settings != plan.actors[actor].settings
            vet(other)
            plan = other


def without(plan: Plan, actor: str) -> Plan:
    import msgspec

    return msgspec.structs.replace(plan, actors={k: v for k, v in plan.actors.items() if k != actor})
