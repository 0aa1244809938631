"""Director of a call, with a real hub and a host agent that says what the scene wants."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from bus.client import Client
from bus.clock import MS, now_ns
from bus.control import Answer, Ask, Notice
from bus.envelope import NO_CAUSE
from bus.errors import Broken
from bus.link import Delivery
from bus.messages import SeatState, SoundEnded, TurnState
from remote import curfew
from remote import director as module
from remote.director import Director, EndedBadly
from remote.session import Ending, Running, Session
from remote.status import ActorStatus, CallStatus
from tests.bus.house import House, until
from tests.remote.doubles import plan


class Watching:
    """Audience that remembers."""

    def __init__(self) -> None:
        self.progress: list[tuple[int, int]] = []
        self.up = self.over = False
        self.heard: list[str] = []

    def starting(self, ready: int, actors: int) -> None:
        self.progress.append((ready, actors))

    def running(self, seconds: float) -> None:
        self.up = True

    def message(self, delivery: Delivery) -> None:
        self.heard.append(type(delivery.message).__name__)

    def ending(self) -> None:
        self.over = True


class Script:
    """Host agent of the scene: answers "status" with each of `states` (the last one for ever), ends when told."""

    def __init__(self, house: House, session: Session, *states: SeatState) -> None:
        self.session = session
        self.states = list(states) or ["running"]
        self.deaf = self.gone = False
        self.director_left = ""
        self.client = Client(house.keys, house.port, "agent", kind="agent")
        process = psutil.Process()
        session.write("session.json", Running(process.pid, process.create_time(), house.port, "scene.toml"))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                word = self.client.notices.get(timeout=0.01)
            except queue.Empty:
                continue
            if isinstance(word, Ask) and not self.deaf:
                body = self._status() if word.verb == "status" else None
                self.client.say(Answer(word.number, word.asker, msgspec.Raw(msgspec.msgpack.encode(body))))
                if word.verb == "end":
                    self.vanish(Ending(movies=("call.mp4",)))
            if isinstance(word, Notice) and (word.name, word.event) == ("director", "gone"):
                self.director_left = word.what or "without a word"

    def _status(self) -> CallStatus:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        row = ActorStatus(actor="tts", host="", pid=1, state=state, uptime_s=0, restarts=0, cpu_percent=0, memory_mb=0)
        hub = msgspec.structs.replace(row, actor="hub", state="running")
        return CallStatus("scene", "scene.toml", "starting" if state == "starting" else "running", 0, (row, hub))

    def vanish(self, ending: Ending | None = None) -> None:
        """What is left of an agent that ended (with an ending) or was killed (without)."""
        if ending:
            self.session.write("ending.json", ending)
        (self.session.folder / "session.json").unlink(missing_ok=True)

    def hush(self) -> None:
        """Says goodbye to the hub, once."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            self.client.close()


class Scene:
    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.session = Session.create(plan(folder))
        self.session.write("keys.json", house.keys)
        self.audience = Watching()
        self.director = Director(self.session, self.audience)
        self.agent: Script | None = None

    def play(self, *states: SeatState) -> Script:
        self.agent = Script(self.house, self.session, *states)
        return self.agent

    def started_by(self, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
        """Instead of a host agent, some other process is started."""
        popen = subprocess.Popen

        def start(command: list[str], **more: object) -> subprocess.Popen[bytes]:
            assert command[1:] == ["-m", "remote", "scene"]
            return popen([sys.executable, "-c", code], **more)  # type: ignore[call-overload,no-any-return]

        monkeypatch.setattr("remote.director.subprocess.Popen", start)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()


@pytest.fixture
def scene(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    scene = Scene(house, tmp_path)
    yield scene
    scene.director._close()
    if process := scene.director._process:
        process.kill()
        process.wait()
    if scene.agent:
        scene.agent.hush()


IDLE = "import time; time.sleep(60)"
"""A process that does nothing; the script plays the agent beside it."""


def test_a_start_is_over_when_every_actor_runs(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    scene.play("starting", "standby", "restarting", "running")
    scene.director.start()
    assert scene.audience.up
    assert scene.audience.progress[0] == (0, 1)
    assert scene.audience.progress[-1] == (1, 1)


def test_a_start_goes_on_without_an_actor_that_was_given_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    scene.play("given up")
    scene.director.start()
    assert scene.audience.up


def test_a_start_that_fails_tells_what_the_agent_said(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.session.write("ending.json", Ending("vad: no microphone", "plug one in", 2))
    scene.started_by(monkeypatch, "")
    with pytest.raises(EndedBadly) as failed:
        scene.director.start()
    assert (failed.value.what, failed.value.todo, failed.value.exit_code) == ("vad: no microphone", "plug one in", 2)


def test_an_agent_that_dies_without_a_word_is_told_with_its_log(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, "raise SystemExit(3)")
    with pytest.raises(EndedBadly, match="ended at once") as failed:
        scene.director.start()
    assert "agent.log" in failed.value.todo
    assert failed.value.exit_code == 1


def test_ctrl_c_while_it_starts_ends_the_agent(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    monkeypatch.setattr(module, "sleep_ms", lambda ms: setattr(scene.director, "stopping", True))
    with pytest.raises(KeyboardInterrupt):
        scene.director.start()
    assert scene.director._process
    assert scene.director._process.poll() is not None


def test_a_start_that_takes_too_long_is_broken_off(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    monkeypatch.setattr(module, "start_limit_s", lambda plan: 0.2)
    with pytest.raises(Broken, match="was not up within"):
        scene.director.start()


def test_a_call_is_over_when_its_sound_has_ended_and_nobody_speaks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curfew, "QUIET_NS", 0)
    scene.play()
    follower = threading.Thread(target=scene.director.follow)
    with (
        scene.house.peer("turn-manager", gives=(TurnState,)) as turns,
        scene.house.peer("vad", gives=(SoundEnded,)) as vad,
    ):
        follower.start()
        until(lambda: "director" in [p.hello.name for p in list(scene.house.hub.roster.peers.values())])
        turns.sender.send_now(TurnState(phase="speaking", since_ns=0), NO_CAUSE)
        until(lambda: "TurnState" in scene.audience.heard)
        vad.sender.send_now(SoundEnded(at_ns=now_ns()), NO_CAUSE)
        until(lambda: "SoundEnded" in scene.audience.heard)
        follower.join(0.3)
        assert follower.is_alive()  # it still speaks
        turns.sender.send_now(TurnState(phase="listening", since_ns=0), NO_CAUSE)
        follower.join(5)
    assert not follower.is_alive()


def test_a_call_is_over_when_its_agent_is_gone(scene: Scene) -> None:
    agent = scene.play()
    assert scene.director._is_up()
    follower = threading.Thread(target=scene.director.follow)
    follower.start()
    agent.vanish()
    follower.join(5)
    assert not follower.is_alive()
    ending = scene.director.end()
    assert (ending.what, ending.exit_code) == ("the host agent ended without a word", 1)


def test_end_tells_the_agent_and_waits_for_its_last_word(scene: Scene) -> None:
    scene.play()
    assert scene.director.end() == Ending(movies=("call.mp4",))
    assert scene.audience.over


def test_an_agent_that_does_not_answer_is_ended_by_its_pid(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = scene.play()
    agent.hush()  # "nobody named agent is here"
    ended: list[int] = []

    def terminate(process: psutil.Process) -> None:
        ended.append(process.pid)
        agent.vanish(Ending())

    monkeypatch.setattr(psutil.Process, "terminate", terminate)
    assert scene.director.end() == Ending()
    assert ended == [os.getpid()]


def test_one_that_does_not_end_in_time_is_killed_but_a_film_may_take_long(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = scene.play()
    monkeypatch.setattr(agent, "vanish", lambda ending: None)
    monkeypatch.setattr(module, "STOP_S", 0.05)
    monkeypatch.setattr(scene.director, "kill", lambda: None)
    with pytest.raises(Broken, match="did not end"):
        scene.director.end()
    scene.session.write("ending.json", Ending("filming"))
    late = now_ns() + 100 * MS
    monkeypatch.setattr(module, "sleep_ms", lambda ms: Script.vanish(agent) if now_ns() > late else None)
    assert scene.director.end().what == "filming"
    assert now_ns() > late


def test_leaving_tells_that_it_is_on_purpose(scene: Scene) -> None:
    agent = scene.play()
    assert scene.director._is_up()
    scene.director.leave()
    until(lambda: agent.director_left)
    assert agent.director_left == "left"


def test_an_agent_that_the_new_hub_does_not_know_yet_is_waited_for(scene: Scene) -> None:
    agent = scene.play()
    agent.hush()
    assert not scene.director._is_up()


def test_kill_takes_the_agent_and_all_that_it_started(scene: Scene, tmp_path: Path) -> None:
    code = """if True:
        import subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print(child.pid, flush=True)
        time.sleep(60)
    """
    agent = psutil.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    with agent:
        child = psutil.Process(int(agent.stdout.readline()))
        running = Running(agent.pid, agent.create_time(), scene.house.port, "scene.toml")
        scene.session.write("session.json", running)
        scene.director.kill()
        until(lambda: not agent.is_running() or agent.status() == psutil.STATUS_ZOMBIE)
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    scene.director.kill()  # nobody is left: nothing happens
