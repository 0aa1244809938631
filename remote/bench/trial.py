"""Trial: one call run for its figures, as a session and in a folder of its own, started as a person starts it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import psutil

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Broken, Gone, Wrong
from bus.link import Delivery
from bus.messages.message import Message
from remote.director import Director
from remote.session import Ending, Session, sessions_folder
from remote.status import CallStatus

Command = Sequence[str]
"""How `avatar up` is started."""
START_S = 180.0
"""`avatar up` gives up by itself before."""


class Nobody:
    """An audience that does not look."""

    def starting(self, ready: int, actors: int) -> None:
        pass

    def linking(self, host: str, words: str) -> None:
        pass

    def running(self, seconds: float) -> None:
        pass

    def message(self, delivery: Delivery) -> None:
        pass

    def ending(self) -> None:
        pass


def lay_out(folder: Path, plan: str, changes: Mapping[str, str]) -> Path:
    """Copies the bundled plan, and what it reads, into the folder, and sets keys to other values (as TOML writes them).

    Raises Wrong when the plan has no such key. Gives the plan's path.
    """
    for source in files("topology").iterdir():
        if Path(source.name).suffix in (".toml", ".wav"):
            (folder / source.name).write_bytes(source.read_bytes())
    path = folder / plan
    path.write_text(adapted(path.read_text(encoding="utf-8"), changes), encoding="utf-8")
    return path


def adapted(text: str, changes: Mapping[str, str]) -> str:
    """A plan with keys set to other values, wherever they stand. Raises Wrong for a key that it does not have."""
    for key, value in changes.items():
        new = f"{key} = {value}".replace("\\", r"\\")
        text, count = re.subn(rf"(?m)^{key} *=.*$", new, text)
        if not count:
            raise Wrong(f"the bundled plan has no key {key!r} any more", "it belongs to avatar: install it again")
    return text


@dataclass(slots=True)
class Trial:
    """A running call. `follow` waits for its end; `deliveries` are what was witnessed by then."""

    session: Session
    ready_s: float
    """From the start of `avatar up` until it said that the call is up."""
    up_ns: int
    client: Client
    cpu_s: dict[str, float] = field(default_factory=dict)
    """Processor seconds of each process since it was started, at the last `measure_cpu`."""

    def follow(self, at_most_s: float) -> None:
        """Waits until the call has said all it has to say. Raises Broken when that takes longer."""
        director = Director(self.session, Nobody())
        late = threading.Timer(at_most_s, setattr, (director, "stopping", True))
        late.start()
        try:
            director.follow()
        finally:
            late.cancel()
            if self.session.running():
                director.leave()
        if director.stopping:
            raise Broken(f"the call did not end by itself within {at_most_s:.0f} s", "it hangs, or never stops talking")

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that arrived since the last look."""
        found = []
        while not self.client.deliveries.empty():
            found.append(self.client.deliveries.get())
        return found

    def measure_cpu(self) -> dict[str, float]:
        """Processor seconds of each process (actors, hub, agent) since the look before."""
        status = self.client.ask("agent", "status", kind=CallStatus)
        now: dict[str, float] = {}
        for row in status.actors:
            try:
                times = psutil.Process(row.pid).cpu_times()
            except psutil.NoSuchProcess:
                continue
            now[row.actor] = times.user + times.system
        spent = {name: seconds - self.cpu_s.get(name, 0.0) for name, seconds in now.items()}
        self.cpu_s = now
        return spent


@contextmanager
def trial(plan: Path, name: str, up: Command, takes: Sequence[type[Message]]) -> Iterator[Trial]:
    """Starts a plan (whose session is `name`) in its folder; ends it whatever happens, and forgets the session if all went well."""
    home = sessions_folder().parent.resolve()
    session = Session(name)
    asked_ns = now_ns()
    client = None
    try:
        _start([*up, str(plan), "--detach", "--quiet"], plan.parent, home)
        up_ns = now_ns()
        client = _witness(session, takes)
        yield Trial(session, (up_ns - asked_ns) / SECOND, up_ns, client)
    finally:
        if client is not None:
            client.close()
        ending = Director(session, Nobody()).end() if session.running() else Ending()
    shutil.rmtree(session.folder, ignore_errors=True)  # kept, with its logs, when anything went wrong
    if ending.what or ending.warnings:
        raise Broken(ending.what or ending.warnings[0], ending.todo)


def _start(command: Command, folder: Path, home: Path) -> None:
    env = os.environ | {"AVATAR_HOME": str(home)}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Broken("the call did not start in time", "see: avatar doctor") from None
    if done.returncode:
        said = [line.strip() for line in done.stderr.decode(errors="replace").splitlines()] + ["", ""]
        raise Broken(f"the call did not start: {said[0].removeprefix('avatar: ')}", said[1] or "see: avatar doctor")


def _witness(session: Session, takes: Sequence[type[Message]]) -> Client:
    running = session.running()
    if running is None:
        raise Gone("the call ended at once", f"its logs: {session.logs}")
    return Client(session.keys(), running.control_port, "bench", takes=takes)


def wait_s(seconds: float) -> None:
    """Waits while others work."""
    sleep_ms(seconds * 1000)
