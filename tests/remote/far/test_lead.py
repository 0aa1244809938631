"""Scenes of the lead: what the host agent where the call began knows of the others, and what it has them do."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from bus.control import Ask
from bus.errors import Broken, Gone, Wrong
from remote.far import lead as module
from remote.far.lead import Lead
from remote.far.orders import Orders
from remote.far.place import Place
from remote.reason import StartFailed
from remote.wish import Wish
from tests.remote.doubles import KEYS, plan
from tests.remote.far.abroad import FOLDER, PLAN, Abroad
from topology.plan import Host, Placement


class Scene(Abroad):
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        monkeypatch.setattr(module, "now_ns", self.clock.now_ns)
        monkeypatch.setattr(module, "sleep_ms", self.later)
        self.plan = PLAN
        monkeypatch.setattr(module, "keep_last", lambda client, hosts, logs: self.kept.extend(hosts))
        self.kept: list[str] = []
        self.lead = Lead(lambda: self.plan, "split", KEYS, self.client, ship=self.ship)

    def step(self, ms: float = 150, *, starting: bool = False) -> None:
        self.lead.step(self.later(ms), Orders(), starting=starting)

    def moved_away(self) -> None:
        """The last actor of the other host; its table went with it."""
        self.plan = msgspec.structs.replace(PLAN, actors={"vad": PLAN.actors["vad"]}, hosts={})

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


def test_the_end_of_a_call_waits_for_no_host_at_which_nobody_ever_arrived(scene: Scene) -> None:
    scene.fails = Gone("nothing listens at gpu")
    scene.step()
    shipping = scene.lead.outposts["gpu"]._shipping
    assert shipping
    shipping.thread.join()
    scene.step()
    before_ns = scene.clock.at_ns
    scene.lead.end(FOLDER)
    assert (scene.lead.await_end(), scene.clock.at_ns) == ((), before_ns)


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


def test_a_host_whose_last_actor_moved_away_is_let_go_after_a_minute_and_says_so(scene: Scene) -> None:
    scene.up()
    scene.moved_away()
    scene.step(2_000)
    assert "let go" not in scene.lead.links()[0].words, "it may still be on its way"
    scene.step(50_000)
    assert scene.lead.links()[0].words.endswith("nothing of the call runs there any more: let go after 60 s")
    assert not scene.rope.ended
    scene.step(9_000)
    assert (scene.rope.ended, scene.kept) == (True, ["gpu"])
    scene.rope.says("ended")
    scene.step()
    assert (scene.lead.links(), scene.lead.rows(), scene.rope.closed) == ((), (), True)
    assert scene.client.told[-1] == ("hub leave gpu", (0, 0))


def test_a_host_to_which_an_actor_moves_back_in_time_stays(scene: Scene) -> None:
    scene.up()
    scene.moved_away()
    for _ in range(4):
        scene.step(20_000)
        scene.lead.join("gpu", PLAN)
        scene.lead.wish("gpu", Wish(7, PLAN))
    scene.plan = PLAN
    scene.step(120_000)
    assert (scene.rope.ended, scene.lead.hosts) == (False, ("gpu",))


def test_a_host_that_is_just_being_let_go_is_joined_when_it_has_gone(scene: Scene) -> None:
    scene.up()
    scene.moved_away()
    scene.step(61_000)
    with pytest.raises(Broken, match="just being let go"):
        scene.lead.join("gpu", PLAN)
    assert not scene.lead.hosts
    scene.rope.says("ended")
    scene.step()
    scene.lead.join("gpu", PLAN)
    assert scene.lead.hosts == ("gpu",)


def test_a_host_that_is_not_needed_and_cannot_be_reached_is_not_waited_for(scene: Scene) -> None:
    scene.up()
    scene.moved_away()
    scene.rope.fault = Gone("the connection to gpu was closed")
    for _ in range(90):
        scene.step(1_000)
    assert scene.lead.links() == ()
    assert all(rope.closed for rope in scene.ropes)


def test_a_host_that_only_a_wished_plan_names_is_brought_there_and_joined(scene: Scene) -> None:
    scene.up()
    wished = msgspec.structs.replace(
        PLAN,
        hosts={**PLAN.hosts, "studio": Host(ssh="me@studio")},
        actors={**PLAN.actors, "tts": Placement(actor="tts", host="studio")},
    )
    scene.lead.join("studio", wished)
    assert scene.lead.wish("studio", Wish(7, wished)).answer(0).phase == "loading"
    scene.step()
    shipping = scene.lead.outposts["studio"]._shipping
    assert shipping
    shipping.thread.join()
    scene.step()
    assert scene.shipped == ["gpu", "studio"]
    charge = scene.rope.charge
    assert (charge.session, charge.place.host) == ("split@studio", "studio")
    assert charge.plan.actors["tts"].host == "gpu", "the plan that the call still goes by"
    assert [link.address for link in scene.lead.links()] == ["me@gpu:22", "me@studio"]
