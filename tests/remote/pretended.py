"""Pretended call for scenes: a real hub, a session folder, a host agent that answers, and a process that stands for it."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bus.client import Client
from bus.control import ActorCall, Answer, Ask
from bus.socket import SessionKeys
from remote.applied import Applied
from remote.mark import Mark
from remote.session import Ending, Running, Session
from remote.status import ActorStatus, CallStatus
from tests.bus.house import House


def row(actor: str, **more: object) -> ActorStatus:
    """A row of the status."""
    fields: dict[str, object] = {
        "actor": actor,
        "host": "local",
        "pid": 7,
        "state": "running",
        "uptime_s": 12.0,
        "restarts": 0,
        "cpu_percent": 1.0,
        "memory_mb": 30.0,
    }
    return msgspec.convert({**fields, **more}, ActorStatus)


class PretendedCall:
    """Answers like a host agent; `refusal` makes it refuse a restart."""

    def __init__(self, name: str = "show") -> None:
        self.house = House()
        self.session = Session(name)
        self.session.logs.mkdir(parents=True)
        self.process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        self.status = CallStatus(name, "show.toml", "running", 61.0, (row("tts"), row("llm"), row("hub")))
        self.refusal: tuple[str, str] = ("", "")
        self.applied = [Applied("done")]
        """What it answers to a plan, one after another."""
        self.ending = Ending(movies=("out/call.mp4",))
        self.deaf = False
        mark = Mark.of(self.process.pid)
        assert mark is not None
        self.session.write("keys.json", self.house.keys)
        self.session.write("session.json", Running(mark.pid, mark.started, self.house.port, "show.toml"))
        self._agent = Client(self.house.keys, self.house.port, "agent", kind="agent")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                ask = self._agent.notices.get(timeout=0.02)
            except queue.Empty:
                continue
            if isinstance(ask, Ask) and not self.deaf:
                self._answer(ask)

    def _answer(self, ask: Ask) -> None:
        body: object = None
        what, todo = "", ""
        match ask.verb:
            case "status":
                body = self.status
            case "restart":
                body, (what, todo) = 2, self.refusal
                assert msgspec.msgpack.decode(ask.args, type=ActorCall).name
            case "apply":
                body = self.applied.pop(0) if len(self.applied) > 1 else self.applied[0]
            case "end":
                self.session.write("ending.json", self.ending)
                self.end_process()
        self._agent.say(Answer(ask.number, ask.asker, msgspec.Raw(msgspec.msgpack.encode(body)), what, todo))

    def end_process(self) -> None:
        self.session.remove("session.json")
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._agent.close()
        if self.process.returncode is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdin
        self.process.stdin.close()
        self.house.end()


@contextmanager
def pretended_call(name: str = "show") -> Iterator[PretendedCall]:
    """A call for the length of a block."""
    call = PretendedCall(name)
    try:
        yield call
    finally:
        call.close()


def dead_session(name: str, home: Path, **logs: str) -> Session:
    """A session that has ended, with its logs."""
    session = Session(name)
    assert session.folder.is_relative_to(home)
    session.logs.mkdir(parents=True)
    session.write("keys.json", SessionKeys.make())
    for actor, text in logs.items():
        (session.logs / f"{actor.replace('_', '-')}.log").write_text(text, encoding="utf-8")
    return session
