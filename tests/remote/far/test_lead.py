"""Scenes of the lead: what the host agent where the call began knows of the others, and what it has them do."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from bus.control import Ask
from bus.errors import Wrong
from remote.far import lead as module
from remote.far.lead import Lead
from remote.far.orders import Orders
from remote.far.place import Place
from remote.reason import StartFailed
from remote.wish import Wish
from tests.remote.doubles import KEYS, plan
from tests.remote.far.abroad import FOLDER, PLAN, Abroad


class Scene(Abroad):
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        monkeypatch.setattr(module, "now_ns", self.clock.now_ns)
        monkeypatch.setattr(module, "sleep_ms", self.later)
        self.lead = Lead(lambda: PLAN, "split", KEYS, self.client, ship=self.ship)

    def step(self, ms: float = 150, *, starting: bool = False) -> None:
        self.lead.step(self.later(ms), Orders(), starting=starting)

    def up(self, state: str = "running") -> None:
        self.step()
        shipping = self.lead.outposts["gpu"]._shipping
        assert shipping
        shipping.thread.join()
        self.step()
        self.rope.says("here")
        for _ in range(4):
            self.step()
        question = next(q for _, verb, _, q in self.client.asked if verb == "report")
        self.client.answer(question, self.report(state))
        self.step()


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    yield Scene(monkeypatch)


def test_without_other_hosts_there_is_nothing_to_lead() -> None:
    alone = plan(FOLDER)
    lead = Lead(lambda: alone, "scene", KEYS, Abroad.__new__(Abroad))  # type: ignore[arg-type]
    lead.step(0, Orders(), starting=True)
    assert lead.loaded
    assert lead.up
    assert (lead.rows(), lead.links(), lead.await_end()) == ((), (), ())


def test_on_another_host_nobody_leads(scene: Scene) -> None:
    assert Lead(lambda: PLAN, "split@gpu", KEYS, scene.client, Place(host="gpu")).outposts == {}


def test_it_knows_who_is_where(scene: Scene) -> None:
    assert not scene.lead.loaded
    scene.up()
    assert scene.lead.loaded
    assert scene.lead.up
    assert scene.lead.has("tts")
    assert not scene.lead.has("vad")
    assert not scene.lead.has("hub@gpu")
    assert [h.actor for h in scene.lead.health()] == ["tts", "hub@gpu"]
    assert scene.lead.links()[0].stage == "up"


def test_an_actor_that_was_given_up_there_is_kept_nothing_for(scene: Scene) -> None:
    scene.up("given up")
    assert scene.lead.lost_actors() == {"tts"}
    assert scene.lead.given_up() == ("tts: ",)


def test_a_question_about_an_actor_there_is_passed_on_and_its_answer_comes_back(scene: Scene) -> None:
    scene.up()
    ask = Ask(7, "agent", "restart", asker="cli#1")
    scene.lead.pass_on(ask, "tts")
    to, verb, _, question = scene.client.asked[-1]
    assert (to, verb) == ("agent-gpu@gpu", "restart")
    assert list(scene.lead.answers()) == []
    scene.client.answer(question, 2)
    ((asked, answer),) = scene.lead.answers()
    assert (asked, msgspec.msgpack.decode(answer.body)) == (ask, 2)
    assert list(scene.lead.answers()) == []


def test_whoever_asks_again_is_answered_once(scene: Scene) -> None:
    scene.up()
    for number in (7, 8):
        scene.lead.pass_on(Ask(number, "agent", "restart", asker="cli#1"), "tts")
        scene.client.answer(scene.client.asked[-1][3], 2)
    assert [ask.number for ask, _ in scene.lead.answers()] == [8]


def test_a_start_fails_when_a_host_cannot_be_reached(scene: Scene) -> None:
    scene.fails = Wrong("gpu does not let you in", "add your key")
    scene.step(starting=True)
    shipping = scene.lead.outposts["gpu"]._shipping
    assert shipping
    shipping.thread.join()
    with pytest.raises(StartFailed, match="gpu: gpu does not let you in") as failed:
        scene.step(starting=True)
    assert (failed.value.todo, failed.value.exit_code) == ("add your key", 2)


def test_the_end_waits_for_the_other_hosts(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.up()
    scene.lead.end(FOLDER)
    assert scene.rope.ended
    scene.rope.says("ended")
    assert scene.lead.await_end() == ()


def test_a_host_that_is_never_heard_again_does_not_hold_the_end_up_for_ever(scene: Scene) -> None:
    scene.up()
    scene.lead.end(FOLDER)
    assert scene.lead.await_end() == (
        "gpu is out of reach: its part of the call ends itself 60 s after it was last reached",
    )
    assert scene.rope.closed


def test_another_plan_is_put_to_a_host_when_what_it_names_is_there(scene: Scene) -> None:
    scene.up()
    wish = Wish(7, PLAN)
    scene.lead.wish("gpu", wish)
    fitting = scene.lead.outposts["gpu"]._fitting
    assert fitting
    fitting[1].thread.join()
    scene.lead.wish("gpu", wish)
    to, verb, args, _ = scene.client.asked[-1]
    assert (to, verb, args) == ("agent-gpu@gpu", "apply", wish)


def test_another_plan_whose_files_cannot_be_brought_is_refused(scene: Scene) -> None:
    scene.up()
    scene.fails = Wrong("the disk of gpu is full")
    scene.lead.wish("gpu", Wish(7, PLAN))
    fitting = scene.lead.outposts["gpu"]._fitting
    assert fitting
    fitting[1].thread.join()
    assert scene.lead.wish("gpu", Wish(7, PLAN)).answer(0).what == "the disk of gpu is full"
