"""Scripted host agent for the scenes of the director: a real hub, and an agent that says what the scene wants."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from bus.client import Client
from bus.control import Answer, Ask
from bus.link import Delivery
from bus.messages import SeatState
from remote import succession
from remote.director import Director
from remote.mark import Mark
from remote.session import Ending, Running, Session
from remote.status import ActorStatus, CallStatus
from tests.bus.house import House
from tests.remote.doubles import plan
from topology.plan import Restart

IDLE = "import time; time.sleep(60)"
"""A process that does nothing; the script plays the agent beside it."""


class Watching:
    """Audience that remembers."""

    def __init__(self) -> None:
        self.progress: list[tuple[int, int]] = []
        self.progress_abroad: list[tuple[str, str]] = []
        self.up = self.over = False
        self.heard: list[str] = []

    def starting(self, ready: int, actors: int) -> None:
        self.progress.append((ready, actors))

    def linking(self, host: str, words: str) -> None:
        self.progress_abroad.append((host, words))

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
        self.house = house
        self.dead = Mark(Mark.own().pid, -1.0)
        self.client = Client(house.keys, house.port, "agent", kind="agent")
        self.process = subprocess.Popen([sys.executable, "-c", IDLE])
        self.appear()
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

    def _status(self) -> CallStatus:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        row = ActorStatus(actor="tts", host="", pid=1, state=state, uptime_s=0, restarts=0, cpu_percent=0, memory_mb=0)
        hub = msgspec.structs.replace(row, actor="hub", state="running")
        return CallStatus("scene", "scene.toml", "starting" if state == "starting" else "running", 0, (row, hub))

    def appear(self) -> None:
        """From here on its process is the session's host agent."""
        mark = Mark.of(self.process.pid)
        assert mark is not None
        self.session.write("session.json", Running(mark.pid, mark.started, self.house.port, "scene.toml"))

    def vanish(self, ending: Ending | None = None) -> None:
        """What is left of an agent that ended."""
        self.session.write("ending.json", ending or Ending())
        self.session.remove("session.json")
        self.end_process()

    def end_process(self) -> None:
        self.process.kill()
        self.process.wait()

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
        self.started: list[subprocess.Popen[bytes]] = []

    def play(self, *states: SeatState) -> Script:
        self.agent = Script(self.house, self.session, *states)
        return self.agent

    def started_by(self, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
        """Instead of a host agent, some other process is started; one that dies is not tried for long."""
        monkeypatch.setattr(succession, "RULES", Restart(max=1, backoff_ms=1))
        self.director = Director(self.session, self.audience)

        def start(session: Session) -> subprocess.Popen[bytes]:
            assert session is self.session
            self.started.append(subprocess.Popen([sys.executable, "-c", code]))
            return self.started[-1]

        monkeypatch.setattr(succession, "start_agent", start)
