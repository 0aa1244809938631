"""Scenes of a call that goes by what an earlier one found on another host."""

from __future__ import annotations

import pytest

from bus.errors import Broken, Gone
from remote.ending import Ending
from remote.far.landing import Recall
from remote.far.outpost import Outpost
from remote.shipping.landing import Landing
from tests.remote.doubles import KEYS
from tests.remote.far.abroad import LANDING, PLAN, SPAN, Abroad
from topology.plan import Host, Plan

BEFORE = Landing("/before/python", "/before/code", {}, {"swift": 3001, "bulky": 3002})


class Scene(Abroad):
    def __init__(self, monkeypatch: pytest.MonkeyPatch, known: Landing | None = BEFORE) -> None:
        super().__init__(monkeypatch)
        self.known, self.forgotten = known, 0
        recall = Recall(lambda _host, _name, _plan: self.known, self.forget)
        self.post = Outpost("gpu", PLAN.hosts["gpu"], lambda: PLAN, "split", KEYS, self.client, self.ship, recall)

    def forget(self, host: Host, plan: Plan) -> None:
        self.known, self.forgotten = None, self.forgotten + 1

    def looked(self) -> None:
        while self.post._shipping is None:
            self.post.step(self.later(50), {}, self.orders)
        self.post._shipping.thread.join()
        self.post.step(self.later(50), {}, self.orders)

    def step(self) -> None:
        self.post.step(self.later(50), {"gpu": SPAN}, self.orders)


def test_the_call_begins_there_with_the_first_login(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.looked()
    assert (scene.shipped, scene.rope.footing.folder, scene.rope.charge.place.gate) == (
        [],
        "/before/code",
        BEFORE.ports,
    )
    scene.rope.says("starting", "here")
    scene.step()
    scene.step()
    assert (scene.post.tie.stage, scene.forgotten) == ("up", 0)


def test_with_nothing_known_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, known=None)
    scene.looked()
    assert (scene.shipped, scene.rope.footing.folder) == (["gpu"], LANDING.folder)


def test_where_it_is_not_as_it_was_it_forgets_and_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.looked()
    scene.rope.fault = Gone("the connection to gpu was closed")
    scene.step()
    assert (scene.post.tie.stage, scene.post.tie.error, scene.forgotten) == ("shipping", None, 1)
    scene.looked()
    assert (scene.shipped, scene.rope.footing.folder) == (["gpu"], LANDING.folder)
    scene.rope.fault = Gone("the connection to gpu was closed")
    scene.step()
    assert scene.post.tie.stage == "lost"


def test_a_start_that_fails_there_is_told_and_the_next_call_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.looked()
    scene.rope.says("ended", ending=Ending("port 3001 is in use", "try again", Broken.exit_code))
    scene.step()
    assert scene.post.ended is not None
    assert (scene.post.ended.what, scene.forgotten) == ("port 3001 is in use", 1)


def test_a_host_whose_part_ended_in_mid_call_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.looked()
    scene.rope.says("starting", "here")
    scene.step()
    scene.step()
    scene.rope.says("ended")
    scene.step()
    scene.looked()
    assert scene.shipped == ["gpu"]
