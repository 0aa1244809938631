"""Scenes of a host whose address changes in a running call."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from bus.errors import Gone
from remote.ending import Ending
from tests.remote.far.abroad import PLAN, SPAN
from tests.remote.far.test_outpost import GONE, Scene
from topology.plan import Host, Plan

NEW = "me@gpu:2022"
MOVED = msgspec.structs.replace(PLAN, hosts={"gpu": Host(ssh=NEW)})


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    made = Scene(monkeypatch)
    made.up()
    made.reported()
    yield made


def brought(scene: Scene) -> object:
    """What becomes of the wish when all has been brought, or has failed."""
    scene.post.fit(MOVED)
    if not scene.post._is_turning:
        assert scene.post._fitting
        scene.post._fitting[1].thread.join()
    return scene.post.fit(MOVED)


def arrived(scene: Scene) -> None:
    scene.rope.says("starting", "here")
    scene.step()
    scene.step(span=SPAN)


def test_the_tunnel_is_made_anew_to_the_new_address_and_what_runs_there_goes_on(scene: Scene) -> None:
    assert brought(scene) is None
    assert (scene.ropes[0].closed, scene.post.link(scene.clock.at_ns).address) == (True, NEW)
    assert scene.post.link(scene.clock.at_ns).words.endswith(f"its address is {NEW} now; trying again")
    scene.step()
    assert (scene.rope.host.ssh, scene.rope.charge.only_join) == (NEW, True)
    assert scene.post.fit(MOVED) is None, "not before it is there"
    arrived(scene)
    there = scene.post.fit(MOVED)
    assert isinstance(there, Plan)
    assert (scene.stage(), there.hosts, scene.shipped_to) == ("up", MOVED.hosts, ["me@gpu:22", NEW])
    scene.rope.fault = GONE
    scene.step()
    scene.step(200)
    assert scene.rope.host.ssh == NEW


def test_on_another_machine_its_part_begins_anew(scene: Scene) -> None:
    brought(scene)
    scene.step()
    scene.rope.says("ended", ending=Ending("its part of the call had ended, for nobody came"))
    scene.step()
    scene.step(200)
    scene.shipped_there()
    assert (scene.rope.host.ssh, scene.rope.charge.only_join) == (NEW, False)
    assert scene.shipped_to[-1] == NEW
    arrived(scene)
    assert (scene.stage(), isinstance(scene.post.fit(MOVED), Plan)) == ("up", True)


def test_one_that_is_out_of_reach_where_it_was_is_reached_where_it_is(scene: Scene) -> None:
    scene.rope.fault = GONE
    scene.step()
    brought(scene)
    scene.step()
    arrived(scene)
    assert (scene.rope.host.ssh, scene.stage()) == (NEW, "up")


def test_an_address_at_which_nobody_answers_is_refused_and_the_connection_stays(scene: Scene) -> None:
    scene.fails = Gone(f"{NEW} does not answer")
    assert brought(scene) == scene.fails
    assert (scene.rope.closed, scene.stage(), scene.post.tie.address) == (False, "up", "me@gpu:22")


def test_when_the_plan_is_refused_after_all_it_stays_where_it_was_reached_last(scene: Scene) -> None:
    brought(scene)
    scene.post.fit(PLAN, returns=True)
    assert scene.post._fitting
    scene.post._fitting[1].thread.join()
    assert isinstance(scene.post.fit(PLAN, returns=True), Plan)
    assert (scene.shipped_to[-1], scene.post.tie.address) == (NEW, NEW)
