"""Relief of services in a running call: beside the one before, or in its place; all of it, or nothing."""

from __future__ import annotations

import sys

import msgspec
import pytest

from remote.relief import makes_way
from remote.serving.attendant import EARLY
from remote.understudies import RESERVED
from tests.remote.changing import NEXT, VOICE
from tests.remote.changing import Scene as Call
from topology.change import change
from topology.plan import Plan, Service


def server(port: int = 8000, **more: object) -> Service:
    return msgspec.structs.replace(
        Service(command=(sys.executable, str(port)), health=f"http://127.0.0.1:{port}/"), **more
    )


class Scene(Call):
    """A call with the service "fish" at port 8000, if it has one."""

    def serving(self, plan: Plan | None = None, **services: Service) -> Plan:
        return msgspec.structs.replace(plan or self.plan, services=services)

    def served(self) -> Scene:
        """From here on fish runs."""
        self.change(self.serving(fish=server()))
        self.notice("fish", RESERVED, "hello", "ready")
        self.goes_on()
        self.notice("fish", RESERVED, "active")
        assert self.goes_on().phase == "done"
        self.plan = self.kept[-1]
        self.told.clear()
        return self

    def gone(self, name: str, epoch: int) -> None:
        self.die(name, epoch, code=0)
        self.goes_on()


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


BESIDE = 2 * RESERVED
"""Epoch of the second attendant."""


def test_a_new_server_is_well_before_an_actor_loads(scene: Scene) -> None:
    plan = scene.serving(scene.edited("tts", settings=VOICE), fish=server())
    assert scene.change(plan).phase == "serving"
    attendant = scene.child("fish", RESERVED)
    assert attendant.command == ["-m", "remote.serving", "fish", EARLY]
    assert len(scene.made.made) == 4
    scene.notice("fish", RESERVED, "hello", "ready")
    assert scene.goes_on().phase == "loading"
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    assert scene.told_of("activate") == [("fish", RESERVED), ("tts", NEXT)]
    scene.notice("fish", RESERVED, "active")
    scene.notice("tts", NEXT, "active")
    applied = scene.goes_on()
    assert (applied.phase, [(s.deed, s.name) for s in applied.steps]) == (
        "done", [("replaced", "tts"), ("started", "fish")],
    )  # fmt: skip
    assert list(scene.states()) == ["fish", "vad", "tts", "mic-out"]


def test_one_at_another_port_stands_beside_the_one_before_until_the_actors_have_taken_over(scene: Scene) -> None:
    scene.served()
    scene.change(scene.serving(scene.edited("tts", settings=VOICE), fish=server(8001)))
    scene.notice("fish", BESIDE, "hello", "ready")
    scene.goes_on()
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    assert scene.told_of("activate") == [("tts", NEXT)]
    scene.notice("tts", NEXT, "active")
    scene.goes_on()
    assert scene.told_of("activate") == [("tts", NEXT), ("fish", BESIDE)]
    scene.notice("fish", BESIDE, "active")
    applied = scene.goes_on()
    assert applied.phase == "done"
    assert next((s.name, s.reasons) for s in applied.steps) == ("fish", ("command", "health"))


def test_one_that_wants_the_same_port_waits_until_the_one_before_has_gone(scene: Scene) -> None:
    scene.served()
    scene.change(scene.serving(fish=server(env={"A": "b"})))
    scene.goes_on(300)
    assert set(scene.told_of("drain")) == {("fish", RESERVED)}
    assert [c.name for c in scene.made.made].count("fish") == 1
    scene.gone("fish", RESERVED)
    scene.notice("fish", BESIDE, "hello", "ready")
    scene.goes_on()
    scene.notice("fish", BESIDE, "active")
    assert scene.goes_on().phase == "done"
    assert scene.states()["fish"] == "running"


def test_one_that_is_never_well_beside_the_other_is_refused_and_that_goes_on(scene: Scene) -> None:
    scene.served()
    scene.change(scene.serving(fish=server(8001)))
    scene.bye("fish", BESIDE, "it was not ready within 3 s", exit_code=1)
    scene.die("fish", BESIDE, code=1)
    applied = scene.goes_on()
    assert (applied.phase, applied.what) == ("refused", "fish: it was not ready within 3 s")
    assert (scene.states()["fish"], scene.child("fish", RESERVED).code, scene.told_of("drain")) == ("running", None, [])
    assert scene.kept == [scene.plan]


def test_one_that_fails_at_the_port_of_the_one_before_brings_that_back(scene: Scene) -> None:
    scene.served()
    scene.change(scene.serving(fish=server(env={"A": "b"})))
    scene.gone("fish", RESERVED)
    scene.bye("fish", BESIDE, "it ended with code 3", exit_code=1)
    scene.die("fish", BESIDE, code=1)
    assert scene.goes_on().phase == "returning"
    old = scene.child("fish", BESIDE + 1)
    assert (old.errand.settings["env"], old.command[-1]) == ({}, "fish")
    scene.notice("fish", BESIDE + 1, "ready", "active")
    applied = scene.goes_on()
    assert (applied.phase, applied.what) == ("refused", "fish: it ended with code 3")
    assert scene.states() == {"fish": "running", "vad": "running", "tts": "running", "mic-out": "running"}


def test_an_actor_that_cannot_load_brings_the_server_back_that_made_way(scene: Scene) -> None:
    scene.served()
    scene.change(scene.serving(scene.edited("tts", settings=VOICE), fish=server(env={"A": "b"})))
    scene.gone("fish", RESERVED)
    scene.notice("fish", BESIDE, "hello", "ready")
    scene.goes_on()
    scene.die("tts", NEXT)
    scene.goes_on()
    assert ("stop", "fish", BESIDE) in scene.told, "it ends its server first"
    scene.goes_on()
    scene.notice("fish", BESIDE + 1, "ready", "active")
    assert scene.goes_on().phase == "refused"
    assert scene.child("fish", BESIDE + 1).errand.settings["env"] == {}


def test_an_actor_that_cannot_take_over_leaves_the_server_of_before_as_it_was(scene: Scene) -> None:
    scene.served()
    scene.change(scene.serving(scene.edited("tts", settings=VOICE), fish=server(8001)))
    scene.notice("fish", BESIDE, "hello", "ready")
    scene.goes_on()
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    scene.die("tts", 1, code=0)
    scene.bye("tts", NEXT, "no such device", hopeless=True)
    scene.die("tts", NEXT, code=2)
    assert scene.goes_on().phase == "returning"
    scene.notice("tts", NEXT + 1, "ready", "active")
    assert scene.goes_on().phase == "refused"
    assert scene.child("fish", RESERVED).code is None
    assert ("stop", "fish", BESIDE) in scene.told


def test_one_that_is_taken_out_goes_after_the_actors(scene: Scene) -> None:
    scene.served()
    scene.change(scene.serving(scene.without("tts")))
    scene.goes_on(300)
    assert {name for name, _ in scene.told_of("drain")} == {"tts"}
    scene.gone("tts", 1)
    scene.goes_on(300)
    assert {name for name, _ in scene.told_of("drain")} == {"tts", "fish"}
    scene.gone("fish", RESERVED)
    assert scene.goes_on().phase == "done"
    assert list(scene.states()) == ["vad", "mic-out"]


def test_one_without_a_program_is_refused_before_anybody_goes(scene: Scene) -> None:
    scene.served()
    applied = scene.change(scene.serving(fish=server(command=("no-such-program",))))
    assert (applied.phase, applied.what) == ("refused", 'fish: there is no program "no-such-program" on this machine')
    assert (scene.states()["fish"], scene.told) == ("running", [])


def test_other_restart_rules_end_no_server(scene: Scene) -> None:
    scene.served()
    applied = scene.change(scene.serving(fish=server(ready_s=600.0)))
    assert (applied.phase, [(s.deed, s.name) for s in applied.steps]) == ("done", [("eased", "fish")])
    assert scene.staff.seats["fish"].placement.restart.ready_s > 600
    assert scene.told == []


@pytest.mark.parametrize(
    ("before", "after", "away"),
    [
        ({"fish": server(1)}, {"fish": server(2)}, set()),
        ({"fish": server(1)}, {"fish": server(1, env={"A": "b"})}, {"fish"}),
        ({"fish": server(1)}, {"carp": server(1)}, {"fish"}),
        ({"fish": server(1)}, {"carp": server(2)}, set()),
        ({"a": server(1), "b": server(2)}, {"a": server(2), "b": server(1)}, {"a", "b"}),
        ({"fish": server(1)}, {"fish": server(1, health="")}, {"fish"}),
    ],
)
def test_who_makes_way(before: dict[str, Service], after: dict[str, Service], away: set[str], scene: Scene) -> None:
    old, new = scene.serving(None, **before), scene.serving(None, **after)
    assert makes_way(change(old, new), old, new) == away
