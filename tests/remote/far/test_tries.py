"""Scenes of tries that are under way at once: who wins, and what becomes of the others."""

from __future__ import annotations

from bus.clock import MS
from bus.errors import AvatarError, Broken
from remote.ending import Ending
from remote.far.charge import Charge
from remote.far.place import Place
from remote.far.rope import Footing
from remote.far.tie import TRIES, Tie
from remote.far.tries import Tries
from tests.remote.doubles import KEYS
from tests.remote.far.abroad import PLAN, FakeRope

CHARGE = Charge(session="split@gpu", keys=KEYS, plan=PLAN, place=Place(host="gpu"))


class Scene:
    def __init__(self, count: int) -> None:
        self.tie = Tie("gpu", "gpu")
        self.tries = Tries(self.tie)
        self.ropes = [FakeRope(PLAN.hosts["gpu"], Footing("python", "/"), CHARGE) for _ in range(count)]
        for number, rope in enumerate(self.ropes):
            self.tries.begin(rope, number * 500 * MS)  # type: ignore[arg-type]

    def look(self, at_ms: int = 2_000) -> object:
        return self.tries.look(at_ms * MS)

    def open(self) -> list[int]:
        return [number for number, rope in enumerate(self.ropes) if not rope.closed]


def test_the_first_that_gets_there_wins_and_the_others_are_cut() -> None:
    scene = Scene(3)
    assert scene.look() is None
    scene.ropes[1].says("starting", "here")
    assert scene.look() is scene.ropes[1]
    assert scene.open() == [1]
    assert scene.look() is None


def test_one_too_many_takes_the_place_of_an_old_one_but_the_oldest_is_spared_for_a_while() -> None:
    assert Scene(TRIES + 2).open() == [0, 3, 4, 5]
    assert Scene(30).open() == [0, 27, 28, 29]
    assert Scene(32).open() == [27, 29, 30, 31]


def test_where_tries_are_given_up_fresh_ones_begin_less_often() -> None:
    for count, wait_ms in ((TRIES, 500), (TRIES + 1, 1_000)):
        scene = Scene(count)
        scene.tie.has_begun = True
        scene.tie.tried(0)
        assert not scene.tie.is_due((wait_ms - 1) * MS)
        assert scene.tie.is_due(wait_ms * MS)


def test_one_that_fails_is_not_told_while_another_still_may_succeed() -> None:
    scene = Scene(2)
    faults: list[AvatarError] = [Broken("refused"), Broken("refused again")]
    scene.ropes[0].fault = faults[0]
    assert scene.look() is None
    scene.ropes[1].fault = faults[1]
    assert scene.look() is faults[1]
    assert scene.open() == []


def test_a_call_that_has_ended_there_ends_all_tries_even_where_it_was_just_found() -> None:
    scene = Scene(2)
    scene.ropes[0].says("here", "ended", ending=Ending("nobody came"))
    assert scene.look() == Ending("nobody came")
    assert scene.open() == []


def test_all_are_told_to_end_the_call() -> None:
    scene = Scene(2)
    scene.tries.end_call()
    assert all(rope.ended for rope in scene.ropes)


def test_the_tie_hears_how_long_a_login_takes() -> None:
    scene = Scene(1)
    scene.ropes[0].says("starting")
    scene.look(4_000)
    scene.tie.tried(5_000 * MS)
    scene.tie.has_begun = True
    assert not scene.tie.is_due(6_900 * MS)
    assert scene.tie.is_due(7_000 * MS)
