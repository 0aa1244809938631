"""Scenes of the extras that engines need."""

from __future__ import annotations

import tomllib
from pathlib import Path

from topology.catalogue import HOUSE
from topology.extras import EXTRAS, extras_of
from topology.plan import Placement


def test_every_extra_of_the_project_has_an_engine_and_the_other_way_round() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(EXTRAS.values()) == set(project["project"]["optional-dependencies"])
    assert {actor for actor, _ in EXTRAS} <= set(HOUSE)


def test_only_what_the_engines_of_a_host_need_is_named_and_each_once() -> None:
    face = Placement(actor="face", engine="musetalk")
    llm = Placement(actor="llm", engine="llama")
    assert extras_of([face, llm, face]) == ("llama", "musetalk")
    assert extras_of([Placement(actor="face", engine="sketch")]) == ()
    assert extras_of([]) == ()


def test_an_engine_that_is_still_to_be_chosen_gets_all_that_it_may_choose() -> None:
    for name, actor in HOUSE.items():
        told = {engine: {"model": "m", "persona": "p"} for engine in actor.auto}
        wanted = {EXTRAS[name, engine] for engine in actor.auto if (name, engine) in EXTRAS}
        if actor.auto:
            assert set(extras_of([Placement(actor=name, engine="auto", settings=dict(told))])) == wanted


def test_an_engine_that_cannot_be_chosen_because_the_plan_names_no_model_gets_nothing() -> None:
    assert extras_of([Placement(actor="llm", engine="auto", settings={"persona": {"persona": "p"}})]) == ()
