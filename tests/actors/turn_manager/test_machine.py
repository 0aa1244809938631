"""Scenes of the turns, written as transcripts in scenes/*.txt, and what must hold whatever happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from actors.turn_manager.events import Log, Send
from actors.turn_manager.scripts import MAX_SCRIPTS, MAX_TEXT
from actors.turn_manager.table import TABLE, Trigger, Way
from bus.messages import Ask, Phase, Say
from tests.actors.turn_manager.stage import Stage, machine
from tests.tools import transcript

SCENES = {
    f"{path.stem}: {name}": scene
    for path in sorted((Path(__file__).parent / "scenes").glob("*.txt"))
    for name, scene in transcript.scenes(path).items()
}


class Recorded(Mapping[Trigger, Way]):
    """The ways out of one phase; keeps which of them were taken."""

    def __init__(self, phase: Phase, taken: set[tuple[Phase, Trigger]]) -> None:
        self._phase: Phase = phase
        self._taken = taken

    def __getitem__(self, trigger: Trigger) -> Way:
        way = TABLE[self._phase][trigger]
        self._taken.add((self._phase, trigger))
        return way

    def __contains__(self, trigger: object) -> bool:
        return trigger in TABLE[self._phase]

    def __iter__(self) -> Iterator[Trigger]:
        return iter(TABLE[self._phase])

    def __len__(self) -> int:
        return len(TABLE[self._phase])


@pytest.mark.parametrize("name", SCENES)
def test_scene(name: str) -> None:
    transcript.check(SCENES[name], Stage())


def test_the_scenes_take_every_way_of_the_table() -> None:
    taken: set[tuple[Phase, Trigger]] = set()
    table = {phase: Recorded(phase, taken) for phase in TABLE}
    for scene in SCENES.values():
        transcript.play(scene, Stage(table))
    assert {(phase, trigger) for phase, ways in TABLE.items() for trigger in ways} - taken == set()


def test_a_typed_text_that_is_too_long_is_refused_and_logged_without_its_words() -> None:
    turns = machine()
    for text in (Ask(text="x" * (MAX_TEXT + 1)), Say(text="x" * (MAX_TEXT + 1))):
        assert turns.step(text, 0) == [Log("typed text too long", {"characters": MAX_TEXT + 1})]
    assert turns.phase == "listening"
    assert turns.step(Ask(text="x" * MAX_TEXT), 0)


def test_no_more_texts_wait_to_be_spoken_than_there_is_room_for() -> None:
    turns = machine()
    turns.step(Ask(text="hello"), 0)
    for number in range(MAX_SCRIPTS):
        assert turns.step(Say(text=f"text {number}"), 0) == []
    assert turns.step(Say(text="one too many"), 0) == [Log("text to say dropped", {"waiting": MAX_SCRIPTS})]


def test_a_snapshot_carries_lines_turn_and_generation_to_a_new_life() -> None:
    old = machine()
    for text in ("one", "two"):
        old.step(Ask(text=text), 0)
    new = machine()
    new.restore(old.snapshot())
    kept, given = new.snapshot(), old.snapshot()
    assert (kept.lines, kept.next_turn, kept.gen) == (given.lines, given.next_turn, given.gen)
    assert given.open is not None
    (*_, prompt) = [
        a for a in new.step(Ask(text="three"), 0) if isinstance(a, Send) and a.message.topic().endswith("prompt")
    ]
    assert (prompt.turn, prompt.gen) == (3, 2)
