"""Succession of host agents."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.errors import Broken
from remote import succession as module
from remote.mark import Mark
from remote.muster import Muster
from remote.session import Ending, Running, Session
from remote.succession import RULES, Succession
from tests.remote.doubles import Clock, plan
from tests.remote.processes import DEAD


class Scene:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session = Session.create(plan(folder))
        self.session.write("session.json", Running(DEAD.pid, DEAD.started, 4711, "scene.toml"))
        self.clock = Clock()
        self.code = ""
        self.started: list[subprocess.Popen[bytes]] = []
        monkeypatch.setattr(module, "start_agent", self._start)
        monkeypatch.setattr(module, "now_ns", self.clock.now_ns)
        self.succession = Succession(self.session)

    def _start(self, session: Session) -> subprocess.Popen[bytes]:
        self.started.append(subprocess.Popen([sys.executable, "-c", self.code]))
        return self.started[-1]

    def look(self, *, wait: bool = True) -> bool:
        """Some seconds later, when the one before has ended."""
        if self.started and wait:
            self.started[-1].wait()
        self.clock.sleep_ms(5_000)
        return self.succession.look_after()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    scene = Scene(tmp_path, monkeypatch)
    yield scene
    for process in scene.started:
        process.kill()
        process.wait()


def test_one_that_was_killed_gets_one_successor(scene: Scene) -> None:
    scene.code = "import time; time.sleep(60)"
    scene.look()
    assert scene.look()
    assert not scene.look(wait=False), "it is on its way"
    assert scene.succession.mark == Mark.of(scene.started[0].pid)
    assert len(scene.started) == 1


def test_a_call_that_has_ended_or_runs_gets_none(scene: Scene) -> None:
    own = Mark.own()
    scene.session.write("session.json", Running(own.pid, own.started, 4711, "scene.toml"))
    assert not scene.look()
    scene.session.remove("session.json")
    scene.session.write("ending.json", Ending())
    assert not scene.look()
    assert scene.started == []


def test_those_that_die_again_and_again_are_given_up(scene: Scene) -> None:
    with pytest.raises(Broken, match="again and again"):
        for _ in range(30):
            scene.look()
    assert len(scene.started) == RULES.max


def test_it_is_started_where_the_call_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    session = Session.create(plan(tmp_path))
    session.write("staff.json", Muster(home=str(tmp_path)))
    told: dict[str, object] = {}
    monkeypatch.setattr(subprocess, "Popen", lambda command, **more: told.update(more, command=command))
    module.start_agent(session)
    assert told["cwd"] == tmp_path
    assert told["command"] == [sys.executable, "-m", "remote", "scene"]
