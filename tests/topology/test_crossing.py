"""Scenes of what crosses between the hosts of a plan."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from topology.catalogue import HOUSE
from topology.crossing import USUAL, crossing_lines
from topology.plan import Plan
from topology.reading import read_plan

SPLIT = Path(__file__).parents[2] / "topology" / "split.toml"


@pytest.fixture(scope="module")
def split() -> Plan:
    return read_plan(SPLIT)


def test_each_way_is_a_line_with_lane_and_usual_rate(split: Plan) -> None:
    there, back = crossing_lines(split)
    assert there.startswith("local -> gpu: ")
    assert back.startswith("gpu -> local: ")
    assert "tts.audio (stream, 0.77 Mbit/s while the avatar speaks)" in back
    assert "face.mouth (stream, bulky, about 2 Mbit/s while the avatar speaks)" in back


def test_a_topic_crosses_once_however_many_take_it(split: Plan) -> None:
    for line in crossing_lines(split):
        topics = [part.split(" (")[0] for part in line.partition(": ")[2].split("), ")]
        assert len(topics) == len(set(topics))


def test_nothing_crosses_on_one_machine(split: Plan) -> None:
    actors = {name: msgspec.structs.replace(p, host="local") for name, p in split.actors.items()}
    assert list(crossing_lines(msgspec.structs.replace(split, actors=actors))) == []


def test_the_usual_rates_are_those_of_topics_that_exist() -> None:
    topics = {kind.spec.topic for actor in HOUSE.values() for kind in actor.wiring.outputs}
    assert USUAL.keys() <= topics
