"""Scenes of an anchor: which call it holds, and for how long."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bus.clock import SECOND
from bus.errors import Gone
from bus.socket import SessionKeys
from remote import closing
from remote.ending import Ending
from remote.far import anchor as module
from remote.far.anchor import QUIET_S, Anchor, session_for
from remote.far.charge import END, Charge, Word
from remote.far.place import Place
from remote.mark import Mark
from remote.session import Running, Session
from remote.succession import Succession
from tests.remote.doubles import KEYS, Clock, plan
from tests.remote.processes import DEAD, idle


def charge_of(folder: Path, keys: SessionKeys = KEYS) -> Charge:
    return Charge(session="scene@gpu", keys=keys, plan=plan(folder), place=Place(host="gpu"))


class Held:
    """An anchor whose host agent is a process that does nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, agent: Mark) -> None:
        self.told: list[Word] = []
        self.closed: list[str] = []
        self.begun = 0
        self.heard: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.clock = Clock()
        monkeypatch.setattr(module, "_tell", self.told.append)
        monkeypatch.setattr(module, "now_ns", self.clock.now_ns)
        monkeypatch.setattr(closing, "close_call", lambda session: self.closed.append(session.name))
        monkeypatch.setattr(Succession, "begin", self._begin)
        self.agent = agent
        self.anchor = Anchor(charge_of(folder), self.heard)
        self.session = Session("scene@gpu")
        self.anchor.begin()

    def _begin(self) -> None:
        self.begun += 1
        self.session = Session("scene@gpu")
        self.session.write("session.json", Running(self.agent.pid, self.agent.started, 4711, "scene.toml"))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path) -> Iterator[Held]:
    assert not home.exists()
    with idle() as (agent,):
        yield Held(monkeypatch, tmp_path, agent)


def test_it_begins_the_call_and_tells_when_it_is_there(held: Held) -> None:
    assert held.begun == 1
    assert held.session.place().host == "gpu"
    assert held.session.director() == Mark.own()
    assert held.anchor.step()
    assert [word.anchor for word in held.told] == ["starting", "here"]


def test_it_ends_when_its_stdin_does_and_leaves_the_call_to_its_grace(held: Held) -> None:
    held.heard.put(None)
    assert not held.anchor.step()
    assert held.closed == []
    assert held.session.director() is not None


def test_a_connection_whose_other_side_fell_asleep_is_given_up(held: Held) -> None:
    for _ in range(int(QUIET_S)):
        held.clock.at_ns += SECOND
        held.heard.put(b"")
        assert held.anchor.step()
    steps = 0
    while held.anchor.step():
        held.clock.at_ns += SECOND
        steps += 1
    assert steps == int(QUIET_S) + 1


def test_it_ends_the_call_when_it_is_told_to(held: Held) -> None:
    held.heard.put(END)
    assert held.anchor.step()
    assert held.closed == ["scene@gpu"]


def test_it_tells_how_the_call_ended(held: Held) -> None:
    held.session.write("ending.json", Ending("llm: no model", "get one", 1))
    held.session.remove("session.json")
    held.anchor._succession.look_after = lambda: False  # type: ignore[method-assign]
    assert not held.anchor.step()
    assert held.told[-1] == Word(anchor="ended", ending=Ending("llm: no model", "get one", 1))


def test_of_two_connections_the_one_that_lives_is_the_director(held: Held) -> None:
    held.session.write("director.json", DEAD)
    held.clock.at_ns += 2 * SECOND
    assert held.anchor.step()
    assert held.session.director() == Mark.own()


def test_a_second_connection_finds_the_call_by_its_keys(held: Held, tmp_path: Path) -> None:
    held.session.write("ending.json", Ending())  # a sign that the folder is the same
    assert session_for(charge_of(tmp_path)).read("ending.json", Ending) == Ending()


def test_one_of_several_connections_joins_what_is_there(held: Held, tmp_path: Path) -> None:
    joining = msgspec.structs.replace(charge_of(tmp_path), only_join=True)
    assert session_for(joining).running() is not None


@pytest.mark.usefixtures("home")
def test_one_of_several_connections_begins_nothing_where_the_call_has_ended(tmp_path: Path) -> None:
    joining = msgspec.structs.replace(charge_of(tmp_path), only_join=True)
    with pytest.raises(Gone, match="had ended"):
        session_for(joining)
    assert not Session("scene@gpu").folder.exists()


def test_what_an_earlier_call_of_that_name_has_left_is_killed(held: Held, tmp_path: Path) -> None:
    fresh = session_for(charge_of(tmp_path, SessionKeys.make()))
    assert not held.agent.alive
    assert fresh.running() is None
    assert fresh.keys() != KEYS
