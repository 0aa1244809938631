"""Scenes of a plan as the other host reads it."""

from __future__ import annotations

from pathlib import Path

from remote.shipping.landing import Landing, inputs_of, landed_plan
from topology.plan import Host, Placement, Plan, Session


def test_input_files_of_that_host_are_where_they_have_landed_and_nothing_else_changes(tmp_path: Path) -> None:
    persona = tmp_path / "persona.toml"
    persona.write_text("")
    there = Placement(actor="llm", engine="persona", host="gpu", settings={"persona": str(persona)})
    here = Placement(actor="asr", engine="pocketsphinx", settings={"phrases": str(persona)})
    plan = Plan(file="/a.toml", session=Session(), hosts={"gpu": Host(ssh="gpu")}, actors={"llm": there, "asr": here})
    landing = Landing("python", "code", {str(persona): "/far/persona.toml"}, {"swift": 1, "bulky": 2})
    landed = landed_plan(plan, "gpu", landing)
    assert landed.actors["llm"].settings == {"persona": "/far/persona.toml"}
    assert landed.actors["asr"] == here
    assert landed.hosts == plan.hosts
    assert landed_plan(plan, "other", landing) == plan


def test_what_is_not_on_this_machine_is_a_path_of_the_other(tmp_path: Path) -> None:
    gone = Placement(actor="llm", engine="persona", host="gpu", settings={"persona": "/models/persona.toml"})
    assert inputs_of(gone) == {}
    output = Placement(actor="face", engine="sketch", host="gpu", settings={"cache": str(tmp_path)})
    assert inputs_of(output) == {}


def test_files_of_engines_that_may_yet_be_chosen_land_too(tmp_path: Path) -> None:
    persona = tmp_path / "persona.toml"
    persona.write_text("")
    settings: dict[str, object] = {
        "persona": {"persona": str(persona)},
        "llama": {"model": "/far/model.gguf", "layers": 3},
    }
    llm = Placement(actor="llm", engine="auto", host="gpu", settings=settings)
    assert inputs_of(llm) == {"persona.persona": persona}
    plan = Plan(file="/a.toml", session=Session(), hosts={"gpu": Host(ssh="gpu")}, actors={"llm": llm})
    landed = landed_plan(
        plan, "gpu", Landing("python", "code", {str(persona): "/far/me.toml"}, {"swift": 1, "bulky": 2})
    )
    assert landed.actors["llm"].settings == settings | {"persona": {"persona": "/far/me.toml"}}
    assert plan.actors["llm"].settings == settings
