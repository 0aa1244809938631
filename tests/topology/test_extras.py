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
    auto = [name for name in HOUSE if HOUSE[name].auto]
    for name in auto:
        wanted = {EXTRAS[name, engine] for engine in HOUSE[name].auto if (name, engine) in EXTRAS}
        assert set(extras_of([Placement(actor=name, engine="auto")])) == wanted
