"""Leftovers of a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from remote.leftovers import end_leftovers, kill_call
from remote.muster import Member, Muster, SeatRoll
from remote.session import Ending, Running, Session
from tests.remote.doubles import plan
from tests.remote.processes import idle


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    return Session.create(plan(tmp_path))


def test_all_are_ended_and_it_is_told_why(session: Session) -> None:
    with idle(2) as (actor, hub):
        seat = SeatRoll(name="tts", epoch=1, members=(Member(1, "current", actor, ""),))
        session.write("staff.json", Muster(control_port=1, hub=hub, seats=(seat,)))
        end_leftovers(session, Ending("no hub", "see", 1))
        assert not (actor.alive or hub.alive)
    assert session.has_ended
    assert session.read("ending.json", Ending) == Ending("no hub", "see", 1)


def test_a_killed_call_has_ended_and_keeps_what_was_told_of_its_end(session: Session) -> None:
    with idle(2) as (agent, hub):
        session.write("session.json", Running(agent.pid, agent.started, 1, "scene.toml"))
        session.write("staff.json", Muster(control_port=1, hub=hub))
        kill_call(session)
        assert not (agent.alive or hub.alive)
    assert session.has_ended
    session.write("ending.json", Ending("filming"))
    kill_call(session)
    assert session.read("ending.json", Ending) == Ending("filming")
