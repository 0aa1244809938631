"""Scenes of a relocation: an actor moves to another host, or cannot."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bus.client import Question
from bus.clock import SECOND
from remote.applied import Applied, Phase
from remote.changeover import ChangeOver
from remote.far.relocation import LOAD_S, Relocation
from remote.wish import Wish
from tests.remote.changing import Scene as Call
from tests.remote.far.abroad import FakeClient
from topology.plan import Host


class Scene(Call):
    """A call of vad, tts and mic-out; tts is to move to the host "gpu"."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        self.client = FakeClient()
        self.wishes: list[Wish] = []
        self.asked: list[Question[Any]] = []
        hosts = {"gpu": Host(ssh="me@gpu")}
        self.plan = msgspec.structs.replace(self.plan, hosts=hosts)
        self.wish = Wish(7, self.edited("tts", host="gpu"))
        self.moving = Relocation(self.wish, self.plan, ("gpu",), self._ask, self._begin)

    def _ask(self, host: str, wish: Wish) -> Question[Applied]:
        self.wishes.append(wish)
        self.asked.append(self.client.question(f"agent-{host}@{host}", "apply", wish, kind=Applied))
        return self.asked[-1]

    def _begin(self, wish: Wish) -> ChangeOver:
        return ChangeOver(self.staff, self.plan, wish.plan, self._keep, gate=wish.gate)

    def there(self, phase: Phase, what: str = "") -> None:
        """The host agent there says how far it is, again and again."""
        for _ in range(3):
            self.step()
            if not self.asked[-1].answered:
                self.client.answer(self.asked[-1], Applied(phase, (), what))
        self.step()

    def step(self, ms: float = 150) -> None:
        self.later(ms)
        self.moving.step(self.clock.at_ns)

    def gate(self) -> str:
        return self.wishes[-1].gate

    def drained(self) -> list[tuple[str, int]]:
        return self.told_of("drain")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


def test_it_goes_on_here_until_its_successor_has_loaded_there(scene: Scene) -> None:
    scene.there("loading")
    assert scene.gate() == "load"
    assert (scene.drained(), scene.kept, scene.states()["tts"]) == ([], [], "running")


def test_it_drains_here_before_its_successor_begins_there(scene: Scene) -> None:
    scene.there("loaded")
    assert scene.gate() == "part"
    assert scene.drained() == [("tts", 1)]
    scene.there("parted")
    assert scene.gate() == "part"
    scene.die("tts", 1, code=0)
    scene.step()
    scene.there("parted")
    assert scene.gate() == "take"
    assert "tts" not in scene.staff.seats
    scene.there("done")
    applied = scene.moving.applied
    assert (applied.phase, [s.reasons for s in applied.steps]) == ("done", [("host: local -> gpu",)])
    assert scene.kept == [scene.wish.plan]


def test_what_waits_for_one_that_moves_is_not_forgotten(scene: Scene) -> None:
    scene.there("loaded")
    scene.die("tts", 1, code=0)
    scene.step()
    assert scene.told_of("forget") == []


def test_when_it_cannot_load_there_nothing_has_changed(scene: Scene) -> None:
    scene.there("refused", "tts: no GPU")
    assert (scene.moving.applied.phase, scene.moving.applied.what) == ("refused", "gpu: tts: no GPU")
    assert (scene.drained(), scene.kept, scene.states()["tts"]) == ([], [], "running")


def test_when_it_has_not_loaded_there_in_time_nothing_has_changed(scene: Scene) -> None:
    scene.there("loading")
    scene.step((LOAD_S + 1) * SECOND / 1e6)
    scene.there("loading")
    assert scene.wishes[-1].cancelled
    scene.there("refused")
    assert scene.moving.applied.what.startswith("not all had loaded within 180 s")
    assert scene.states()["tts"] == "running"


def test_a_host_that_does_not_answer_is_asked_again(scene: Scene) -> None:
    scene.step()
    assert len(scene.asked) == 1
    scene.step(1_000)
    assert len(scene.asked) == 1
    scene.step(2_000)
    assert len(scene.asked) == 2
