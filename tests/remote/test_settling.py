"""Settling of a session's plan: what is chosen stays chosen, and what another host cannot run ends its part at once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.errors import Fatal
from remote.far.place import Place
from remote.session import Session
from remote.settling import settled_plan
from tests.remote.doubles import plan
from topology.plan import AUTO, Host, Placement


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    actors = {
        "face": Placement(actor="face", engine=AUTO),
        "llm": Placement(actor="llm", host="gpu", engine="openai", settings={"url": "http://127.0.0.1:1/v1"}),
    }
    hosts = {"gpu": Host(ssh="gpu")}
    return Session.create(msgspec.structs.replace(plan(tmp_path), actors=actors, hosts=hosts))


def test_the_choice_is_the_sessions_from_now_on(session: Session) -> None:
    settled = settled_plan(session, fresh=True)
    assert settled.actors["face"].engine == "sketch"
    assert session.plan() == settled
    assert settled_plan(session, fresh=False) == settled


def test_another_host_says_what_it_lacks_before_it_starts_anything(session: Session) -> None:
    session.write("place.json", Place(host="gpu"))
    with pytest.raises(Fatal, match=r"not ready here: llm \(openai\): no server at"):
        settled_plan(session, fresh=True)


def test_a_host_agent_that_takes_over_does_not_judge_what_runs(session: Session) -> None:
    session.write("place.json", Place(host="gpu"))
    assert settled_plan(session, fresh=False).actors["llm"].engine == "openai"
