"""Scenes of an outpost: from the first try to the end, and what becomes of it when its connection breaks."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from bus.errors import Gone, Wrong
from bus.span_view import SpanView
from remote.ending import Ending
from remote.far.orders import Orders, Report
from remote.far.outpost import Outpost
from remote.far.tie import TRIES, Stage
from tests.remote.doubles import KEYS
from tests.remote.far.abroad import PLAN, SPAN, Abroad

GONE = Gone("the connection to gpu was closed")


class Scene(Abroad):
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        self.post = Outpost("gpu", PLAN.hosts["gpu"], lambda: PLAN, "split", KEYS, self.client, self.ship)

    def step(self, ms: float = 50, span: SpanView | None = None) -> None:
        self.post.step(self.later(ms), {"gpu": span} if span else {}, self.orders)

    def stage(self) -> Stage:
        return self.post.tie.stage

    def shipped_there(self) -> None:
        while self.post._shipping is None:
            self.step()
        self.post._shipping.thread.join()
        self.step()

    def up(self) -> None:
        self.shipped_there()
        self.rope.says("starting", "here")
        self.step()
        self.step(span=SPAN)

    def reported(self, report: Report | None = None) -> None:
        self.step(300, SPAN)
        to, verb, args, question = self.client.asked[-1]
        assert (to, verb, args) == ("agent-gpu@gpu", "report", self.orders)
        self.client.answer(question, report or self.report())
        self.step(50, SPAN)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    yield Scene(monkeypatch)


def test_the_code_is_brought_then_the_anchor_is_started_then_the_hubs_join(scene: Scene) -> None:
    scene.step()
    assert scene.stage() == "shipping"
    scene.up()
    assert scene.shipped == ["gpu"]
    assert scene.rope.footing.folder == "/far/code"
    assert (scene.rope.charge.session, scene.rope.charge.place.gate["bulky"]) == ("split@gpu", 4002)
    assert scene.client.told[0] == ("hub connect gpu", (5001, 5002))
    assert scene.stage() == "up"
    assert scene.post.link(scene.clock.at_ns).trip_ms == 48.0


def test_what_keeps_the_code_from_being_brought_is_known(scene: Scene) -> None:
    scene.fails = Wrong("gpu does not let you in", "add your key")
    scene.shipped_there()
    assert (scene.post.tie.stage, scene.post.tie.error) == ("lost", scene.fails)


def test_a_plan_that_takes_its_last_actor_away_and_names_it_no_more_needs_nothing_there(scene: Scene) -> None:
    scene.up()
    alone = msgspec.structs.replace(PLAN, hosts={}, actors={"vad": PLAN.actors["vad"]})
    assert (scene.post.fit(alone), scene.shipped) == (alone, ["gpu"])


def test_its_host_agent_hears_the_orders_and_reports(scene: Scene) -> None:
    scene.orders = Orders(begin=True)
    scene.up()
    scene.reported()
    report = scene.post.known()
    assert report is not None
    assert (report.up, [r.actor for r in report.status.actors]) == (True, ["tts", "hub@gpu"])


def test_a_new_hub_here_hears_of_the_other_host_too(scene: Scene) -> None:
    scene.up()
    told = len(scene.client.told)
    scene.step(1_000, SPAN)
    assert len(scene.client.told) == told + 1


def test_a_connection_that_broke_is_made_again_without_bringing_the_code(scene: Scene) -> None:
    scene.up()
    scene.reported()
    scene.rope.fault = GONE
    scene.step()
    assert (scene.ropes[0].closed, scene.post.tie.stage) == (True, "lost")
    scene.step(200)
    assert (len(scene.ropes), len(scene.shipped)) == (2, 1)


def test_a_part_of_the_call_that_waits_at_other_ports_than_were_asked_for_is_reached_there(scene: Scene) -> None:
    scene.shipped_there()
    scene.rope.gate = {"swift": 9001, "bulky": 9002}
    scene.rope.says("here")
    scene.step(100)
    assert scene.ropes[0].closed
    assert scene.rope.charge.place.gate == {"swift": 9001, "bulky": 9002}
    scene.rope.says("here")
    scene.step(100)
    assert (len(scene.ropes), scene.post.tie.stage) == (2, "joining")


def test_on_a_host_that_is_out_of_reach_nobody_is_there_just_now(scene: Scene) -> None:
    scene.up()
    scene.reported()
    scene.rope.fault = GONE
    scene.step()
    report = scene.post.known()
    assert report is not None
    tts = report.status.actors[0]
    assert (tts.state, tts.pid, tts.error) == ("waiting", 0, "gpu is out of reach")


def test_one_that_is_silent_is_known_before_anybody_hangs_up_and_may_come_back(scene: Scene) -> None:
    scene.up()
    scene.reported()
    silent = SpanView("gpu", open=True, silent_ms=1_600, trip_ms=48.0, clock_ms=24.0)
    scene.step(span=silent)
    assert (scene.post.tie.stage, scene.post.is_here) == ("silent", False)
    scene.step(span=SPAN)
    assert (scene.post.tie.stage, scene.post.is_here) == ("up", True)


def test_a_try_that_hangs_is_overtaken_by_a_fresh_one_and_the_first_that_gets_there_wins(scene: Scene) -> None:
    scene.up()
    scene.rope.fault = GONE
    for _ in range(20):
        scene.step(100)
    assert [rope.closed for rope in scene.ropes] == [True, False, False, False, False]
    assert all(rope.charge.only_join for rope in scene.ropes[1:])
    scene.ropes[3].says("starting", "here")
    scene.step()
    assert [rope.closed for rope in scene.ropes] == [True, True, True, False, True]
    assert scene.stage() == "joining"
    scene.step(span=SPAN)
    assert scene.stage() == "up"


def test_of_many_tries_that_hang_old_ones_give_way(scene: Scene) -> None:
    scene.up()
    scene.rope.fault = GONE
    for _ in range(200):
        scene.step(100)
    assert len(scene.ropes) > 15
    assert sum(not rope.closed for rope in scene.ropes) == TRIES


def test_a_silent_connection_that_speaks_again_wins_over_the_tries_beside_it(scene: Scene) -> None:
    scene.up()
    silent = msgspec.structs.replace(SPAN, silent_ms=1_600)
    for _ in range(10):
        scene.step(100, silent)
    assert scene.stage() == "silent"
    assert len(scene.ropes) == 2
    scene.step(span=SPAN)
    assert (scene.stage(), [rope.closed for rope in scene.ropes]) == ("up", [False, True])


def test_a_silent_connection_is_cut_when_another_gets_there(scene: Scene) -> None:
    scene.up()
    silent = msgspec.structs.replace(SPAN, silent_ms=1_600)
    for _ in range(10):
        scene.step(100, silent)
    scene.rope.says("starting", "here")
    scene.step(50, silent)
    assert [rope.closed for rope in scene.ropes] == [True, False]
    assert scene.stage() == "joining"


def test_what_was_heard_over_the_connection_before_does_not_count_for_the_new_one(scene: Scene) -> None:
    scene.up()
    scene.rope.fault = GONE
    scene.step()
    scene.step(200)
    scene.rope.says("here")
    old = msgspec.structs.replace(SPAN, silent_ms=300)
    scene.step(50, old)
    assert scene.stage() == "joining"
    scene.step(50, old)
    assert scene.stage() == "joining"


def test_one_that_cannot_start_says_why(scene: Scene) -> None:
    scene.shipped_there()
    scene.rope.says("ended", ending=Ending("llm: no model", "get one", 1))
    scene.step()
    assert (scene.post.tie.stage, scene.post.ended) == ("ended", Ending("llm: no model", "get one", 1))


def test_one_that_ended_because_nobody_came_is_begun_again_with_later_epochs(scene: Scene) -> None:
    scene.up()
    scene.reported(scene.report(epoch=3))
    scene.rope.says("ended")
    scene.step()
    scene.step(200)
    scene.shipped_there()
    assert scene.rope.charge.place.epochs["tts"] > 3
    assert "hub@gpu" not in scene.rope.charge.place.epochs


def test_after_a_sleep_longer_than_the_grace_it_says_that_the_part_there_had_ended_and_begins_it_anew(
    scene: Scene,
) -> None:
    scene.up()
    scene.reported(scene.report(epoch=3))
    scene.step(3_600_000, msgspec.structs.replace(SPAN, silent_ms=3_600_000))
    assert scene.stage() == "silent"
    scene.rope.fault = GONE
    scene.step()
    scene.step(600)
    assert scene.rope.charge.only_join
    scene.rope.says("ended", ending=Ending("its part of the call had ended, for nobody came"))
    scene.step()
    assert "had ended, for nobody came" in scene.post.link(scene.clock.at_ns).words
    scene.step(600)
    scene.shipped_there()
    assert not scene.rope.charge.only_join
    assert scene.rope.charge.place.epochs["tts"] > 3


def test_it_is_told_to_end_as_soon_as_it_can_be_reached(scene: Scene) -> None:
    scene.up()
    scene.rope.fault = GONE
    scene.step()
    scene.post.end()
    scene.step(200)
    assert scene.rope.ended
    scene.rope.says("ended")
    scene.step()
    assert (scene.post.ended, scene.rope.closed) == (Ending(), True)
