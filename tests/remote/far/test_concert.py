"""Scenes of hosts in concert: who begins when, and for whom streams are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bus.control import Ask
from remote.far.concert import Concert
from remote.far.orders import Orders
from remote.far.place import HERE, Place
from remote.staff import Staff
from tests.remote.doubles import KEYS, Troupe
from tests.remote.far.abroad import Abroad
from topology.plan import Host, Placement, Plan

GPU = Place(host="gpu")


class Scene(Troupe):
    """A host of vad, tts and mic-out; the plan places llm and face on the other one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, place: Place = HERE) -> None:
        super().__init__(monkeypatch)
        self.abroad = Abroad(monkeypatch)
        theirs = "gpu" if place == HERE else "local"
        far = {name: Placement(actor=name, host=theirs) for name in ("llm", "face")}
        ours = {n: msgspec.structs.replace(p, host=place.host) for n, p in self.plan.actors.items()}
        self.plan = msgspec.structs.replace(self.plan, actors={**ours, **far}, hosts={"gpu": Host(ssh="gpu")})
        self.staff = Staff(
            ours.values(), KEYS, 4711, Path("logs"), self._tell, self._answer, self._refuse, place=place, held=True
        )
        self.concert = Concert(self._plan, "scene", KEYS, self.abroad.client, place, self.staff)

    def _plan(self) -> Plan:
        return self.plan

    def all_ready(self) -> None:
        self.staff.start()
        for name in self.staff.seats:
            self.notice(name, 1, "hello", "ready")

    def reported(self, *, loaded: bool, up: bool, state: str = "running") -> None:
        report = self.abroad.report(state)
        self.concert.lead.outposts["gpu"].report = msgspec.structs.replace(report, loaded=loaded, up=up)

    def begun(self) -> list[str]:
        return [name for name, _ in self.told_of("activate")]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    yield Scene(monkeypatch)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    yield Scene(monkeypatch, GPU)


def test_nobody_begins_here_before_the_others_have(here: Scene) -> None:
    here.all_ready()
    here.concert.step(0)
    assert here.begun() == []
    here.reported(loaded=True, up=False)
    here.concert.step(0)
    assert here.begun() == []
    here.reported(loaded=True, up=True)
    here.concert.step(0)
    assert here.begun() == ["mic-out", "tts", "vad"]


def test_who_follows_begins_when_it_is_told_to(there: Scene) -> None:
    there.all_ready()
    there.concert.step(0)
    there.concert.heed(Orders())
    assert there.begun() == []
    there.concert.heed(Orders(begin=True))
    assert there.begun() == ["mic-out", "tts", "vad"]


def test_one_that_is_told_to_begin_before_it_has_loaded_begins_as_soon_as_it_has(there: Scene) -> None:
    there.concert.heed(Orders(begin=True))
    there.all_ready()
    assert len(there.begun()) == 3


def test_streams_are_kept_for_actors_of_other_hosts_until_they_are_given_up(there: Scene) -> None:
    assert [p.actor for p in there.concert.elsewhere()] == ["llm", "face"]
    assert there.concert.heed(Orders(given_up=("face",)))
    assert not there.concert.heed(Orders(given_up=("face",)))
    assert [p.actor for p in there.concert.elsewhere()] == ["llm"]


def test_an_answer_from_another_host_goes_to_whoever_asked(here: Scene) -> None:
    here.reported(loaded=True, up=True)
    here.concert.lead.pass_on(Ask(7, "agent", "restart", asker="cli#1"), "tts")
    here.abroad.client.answer(here.abroad.client.asked[-1][3], 2)
    (answer,) = here.concert.answers()
    assert (answer.number, answer.to, msgspec.msgpack.decode(answer.body)) == (7, "cli#1", 2)
