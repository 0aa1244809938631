from __future__ import annotations

from typing import get_args

from actors.turn_manager.table import ACTS, TABLE, TRIGGERS, Act, Trigger, mermaid
from bus.messages import Phase

REPLYING = {"thinking", "speaking", "paused"}
VOIDING = {"cut", "close"}


def test_every_phase_is_in_the_table_and_can_be_reached_and_left() -> None:
    assert set(TABLE) == set(get_args(Phase))
    reached: set[Phase] = {"listening"}
    more = reached
    while more:
        more = {way.to for phase, ways in TABLE.items() if phase in reached for way in ways.values()} - reached
        reached |= more
    assert reached == set(TABLE)
    assert all(any(way.to != phase for way in ways.values()) for phase, ways in TABLE.items())


def test_every_trigger_and_act_is_explained_and_used() -> None:
    assert set(TRIGGERS) == set(get_args(Trigger)) == {trigger for ways in TABLE.values() for trigger in ways}
    assert (
        set(ACTS) == set(get_args(Act)) == {act for ways in TABLE.values() for way in ways.values() for act in way.acts}
    )


def test_a_reply_is_left_only_by_its_end_or_by_a_cut_and_begun_only_by_asking_for_one() -> None:
    for phase, ways in TABLE.items():
        for trigger, way in ways.items():
            if phase in REPLYING:
                leaves = way.to not in REPLYING or bool({"answer", "apologise"} & set(way.acts))
                assert leaves == bool(VOIDING & set(way.acts)), (phase, trigger)
            elif way.to in REPLYING:
                assert {"answer", "recite"} & set(way.acts) or trigger == "adopted", (phase, trigger)


def test_a_held_voice_is_always_let_go_on_or_cut() -> None:
    assert all({"release", "cut"} & set(way.acts) for way in TABLE["paused"].values())
    holds = {(phase, trigger) for phase, ways in TABLE.items() for trigger, way in ways.items() if "hold" in way.acts}
    assert holds == {("speaking", "speech")} and TABLE["speaking"]["speech"].to == "paused"


def test_the_diagram_has_an_arrow_for_every_way() -> None:
    diagram = mermaid()
    assert diagram.startswith("stateDiagram-v2\n")
    assert "    speaking --> paused: speech / hold\n" in diagram
    assert '    state "user-speaking" as user_speaking\n' in diagram
    assert diagram.count("-->") == 1 + sum(map(len, TABLE.values()))
