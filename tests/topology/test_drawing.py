"""Scenes of a plan drawn for people."""

from __future__ import annotations

import pytest

from tests.topology.toys import TOYS
from topology.drawing import as_dot, as_mermaid, as_text
from topology.plan import Host, Placement, Plan, Session


@pytest.fixture
def plan() -> Plan:
    actors = {
        "vad": Placement(actor="vad", engine="file"),
        "asr": Placement(actor="asr", engine="toy", host="gpu"),
        "turn-manager": Placement(actor="turn-manager", engine="toy"),
    }
    return Plan(file="/p.toml", session=Session(name="p"), hosts={"gpu": Host(ssh="gpu")}, actors=actors)


def test_text_shows_who_takes_what_and_what_only_people_watch(plan: Plan) -> None:
    blocks = as_text(plan, TOYS).split("\n\n")
    assert blocks[0].splitlines() == [
        "vad (file on local)",
        "  -> asr           vad.speech                 stream",
        "  -> (watchers)    vad.level                  latest",
        "  <- (nobody)      web.sound",
    ]
    assert blocks[1].startswith("asr (toy on gpu)")


def test_mermaid_has_a_box_for_each_host_and_an_arrow_for_each_pair(plan: Plan) -> None:
    text = as_mermaid(plan, TOYS)
    assert "subgraph host_local[local]" in text
    assert "subgraph host_gpu[gpu]" in text
    assert '  asr -->|"asr.final<br/>asr.partial"| turn_manager' in text


def test_dot_quotes_names_that_graphviz_would_not_take(plan: Plan) -> None:
    text = as_dot(plan, TOYS)
    assert '"asr" -> "turn-manager" [label="asr.final\\nasr.partial"];' in text
    assert text.count("{") == text.count("}")
