"""Scenes of a plan as the other host reads it."""

from __future__ import annotations

from pathlib import Path

from remote.shipping.landing import Landing, grown, inputs_of, landed_plan
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


def test_an_actor_that_needs_more_than_the_host_agent_has_gets_a_python_of_its_own_and_keeps_it() -> None:
    def plan(**engines: str) -> Plan:
        actors = {name: Placement(actor=name, engine=engine, host="gpu") for name, engine in engines.items()}
        return Plan(file="/a.toml", session=Session(), hosts={"gpu": Host(ssh="gpu")}, actors=actors)

    def landing(python: str, *extras: str) -> Landing:
        return Landing(python, "code", {}, {"swift": 1, "bulky": 2}, extras)

    def pythons(plan: Plan, landing: Landing) -> dict[str, str]:
        return {name: placement.python for name, placement in landed_plan(plan, "gpu", landing).actors.items()}

    first = plan(llm="llama", face="sketch", asr="pocketsphinx")
    here = landing("P1", "llama")
    assert pythons(first, here) == {"llm": "", "face": "", "asr": ""}
    second = plan(llm="llama", face="musetalk", asr="pocketsphinx")
    here = grown(here, landing("P2", "llama", "musetalk"), first, second, "gpu")
    assert pythons(second, here) == {"llm": "", "face": "P2", "asr": ""}
    third = plan(llm="llama", face="musetalk", asr="whisper")
    here = grown(here, landing("P3", "llama", "musetalk", "whisper"), second, third, "gpu")
    assert pythons(third, here) == {"llm": "", "face": "P2", "asr": "P3"}, "nobody is replaced for another's sake"
    here = grown(here, landing("P1", "llama"), third, first, "gpu")
    assert pythons(first, here) == {"llm": "", "face": "", "asr": ""}
    assert (here.python, here.extras) == ("P1", ("llama",)), "the host agent's own"
