"""Scenes of a relocation: an actor moves to another host, or cannot."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bus.client import Question
from bus.clock import SECOND
from bus.errors import Broken
from remote.applied import Applied, Phase
from remote.changeover import ChangeOver
from remote.far.relocation import LOAD_S, OUT_S, Relocation
from remote.wish import Wish
from tests.remote.changing import NEXT
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
    scene.there("taken")
    assert scene.gate() == "leave"
    scene.there("done")
    applied = scene.moving.applied
    assert (applied.phase, [s.reasons for s in applied.steps]) == ("done", [("host: local -> gpu",)])
    assert scene.kept == [scene.wish.plan]


def test_what_waits_for_one_that_moves_is_not_forgotten(scene: Scene) -> None:
    scene.there("loaded")
    scene.die("tts", 1, code=0)
    scene.step()
    assert scene.told_of("forget") + scene.told_of("erase") == []


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


def has_come_back(scene: Scene) -> bool:
    """Whether the tts of before is at work again here, by the plan before."""
    scene.step()
    epoch = scene.staff.seats["tts"].epoch
    scene.notice("tts", epoch, "hello", "ready", "active")
    scene.there("refused")
    scene.step()
    assert scene.moving.applied.phase == "refused"
    return epoch > 1 and scene.kept[-1] == scene.plan and scene.states()["tts"] == "running"


def parted(scene: Scene) -> None:
    scene.there("loaded")
    scene.die("tts", 1, code=0)
    scene.step()


def test_one_that_cannot_part_there_is_back_here(scene: Scene) -> None:
    parted(scene)
    scene.there("refused", "tts: the disk is full")
    assert has_come_back(scene)
    assert scene.moving.applied.what == "gpu: tts: the disk is full"


def test_one_that_cannot_begin_there_is_back_here_when_it_has_gone_there(scene: Scene) -> None:
    parted(scene)
    scene.there("parted")
    assert scene.gate() == "take"
    scene.there("receding", "tts: no such device")
    assert (scene.wishes[-1].cancelled, scene.wishes[-1].plan) == (True, scene.plan)
    assert "tts" not in scene.staff.seats, "two of one name never work at once"
    scene.there("receded", "tts: no such device")
    assert scene.gate() == "return"
    assert has_come_back(scene)
    assert scene.told_of("forget") + scene.told_of("erase") == []


def test_one_that_has_begun_there_goes_back_when_another_cannot_take_over_here(scene: Scene) -> None:
    plan = scene.edited("tts", host="gpu")
    mic = msgspec.structs.replace(plan.actors["mic-out"], settings={"voice": "deep"})
    scene.wish = Wish(8, msgspec.structs.replace(plan, actors={**plan.actors, "mic-out": mic}))
    scene.moving = Relocation(scene.wish, scene.plan, ("gpu",), scene._ask, scene._begin)
    scene.notice("mic-out", NEXT, "ready")
    parted(scene)
    scene.there("parted")
    scene.there("taken")
    scene.die("mic-out", 1, code=0)
    scene.bye("mic-out", NEXT, "no such device", hopeless=True)
    scene.die("mic-out", NEXT, code=2)
    scene.there("taken")
    assert (scene.wishes[-1].cancelled, scene.gate()) == (True, "take")
    scene.there("receded")
    assert scene.gate() == "return"
    scene.notice("mic-out", NEXT + 1, "ready", "active")
    assert has_come_back(scene)
    assert scene.moving.applied.what == "local: mic-out: no such device"
    assert scene.states() == {"vad": "running", "tts": "running", "mic-out": "running"}


def test_one_whose_new_host_falls_silent_is_back_here(scene: Scene) -> None:
    parted(scene)
    scene.there("parted")
    scene.step(OUT_S * 1e3 + 200)
    scene.step(2_100)
    assert scene.wishes[-1].cancelled
    assert has_come_back(scene)
    assert scene.moving.applied.what == "gpu gives no answer"


def test_nobody_goes_back_when_all_have_taken_over(scene: Scene) -> None:
    parted(scene)
    scene.there("parted")
    scene.there("taken")
    scene.moving._here.cancel(Broken("too late"))
    scene.there("done")
    assert scene.moving.applied.phase == "done"


def test_a_host_that_does_not_answer_is_asked_again(scene: Scene) -> None:
    scene.step()
    assert len(scene.asked) == 1
    scene.step(1_000)
    assert len(scene.asked) == 1
    scene.step(2_000)
    assert len(scene.asked) == 2
