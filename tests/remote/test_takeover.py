"""Takeover of a call by whoever looks at it next."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bus.errors import Broken
from remote import takeover as module
from remote.mark import Mark
from remote.muster import Muster
from remote.session import Running, Session
from remote.succession import Succession
from remote.takeover import take_over
from tests.remote.doubles import plan
from tests.remote.processes import DEAD


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A call whose host agent was killed; its hub lives."""
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    session = Session.create(plan(tmp_path))
    session.write("session.json", Running(DEAD.pid, DEAD.started, 4711, "scene.toml"))
    session.write("staff.json", Muster(control_port=4711, hub=Mark.own()))
    return session


def run(session: Session) -> None:
    own = Mark.own()
    session.write("session.json", Running(own.pid, own.started, 4711, "scene.toml"))


def test_a_call_that_is_looked_after_is_left_alone(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    run(session)
    session.write("director.json", Mark.own())
    take_over(session)
    assert caplog.messages == []
    assert session.director() == Mark.own()


def test_one_without_a_host_agent_gets_one_and_it_is_said_in_one_line(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Succession, "look_after", lambda self: run(session))
    with caplog.at_level(logging.WARNING):
        take_over(session)
        take_over(session)
    assert caplog.messages == ["the host agent of scene was killed: another one has taken the call over"]


def test_one_that_cannot_be_taken_over_is_told(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Succession, "look_after", lambda self: False)
    monkeypatch.setattr(module, "START_S", 0.05)
    with pytest.raises(Broken, match="no host agent could take scene over"):
        take_over(session)


def test_one_whose_up_was_killed_goes_on_in_the_background(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    run(session)
    session.write("director.json", DEAD)
    with caplog.at_level(logging.WARNING):
        take_over(session)
        take_over(session)
    assert session.director() is None
    (line,) = caplog.messages
    assert "goes on in the background until `avatar down`" in line
