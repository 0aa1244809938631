"""Call: a real `avatar up`, in a folder and with an AVATAR_HOME of its own, as a person or a script would run it."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import psutil

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.link import Delivery
from bus.messages import Ask, Caption, UserSaid
from bus.messages.message import Message
from bus.socket import SessionKeys
from remote.session import Running
from remote.status import ActorStatus, CallStatus

M = TypeVar("M", bound=Message)

UP_S = 60.0
"""Drawing the face, which the first call on a machine does, takes 5 s of it."""
GONE_S = 25.0
"""After the grace comes an orderly end."""
ESCAPE = "\x1b"


def until(condition: Callable[[], bool], seconds: float, what: object = "") -> None:
    """Waits until it is true. `what` is shown when it stays false."""
    deadline = now_ns() + int(seconds * SECOND)
    while not condition():
        shown = what() if callable(what) else what
        assert now_ns() < deadline, f"still not so after {seconds:g} s: {shown}"
        sleep_ms(20)


def avatar(home: Path, *arguments: str, cwd: Path | None = None, seconds: float = 60.0) -> tuple[int, str, str]:
    """Runs a verb to its end; gives exit code, stdout and stderr."""
    done = subprocess.run(
        [command(), *arguments],
        cwd=cwd or home.parent,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
        encoding="utf-8",
    )
    return done.returncode, done.stdout, done.stderr


def command() -> str:
    """Path of the installed command."""
    found = shutil.which("avatar", path=str(Path(sys.executable).parent))
    assert found, "avatar is not installed beside this Python"
    return found


def environment(home: Path) -> dict[str, str]:
    """This process's environment with a home of its own."""
    return {**os.environ, "AVATAR_HOME": str(home), "PYTHONUTF8": "1"}


class Call:
    """One running `avatar up`. Used as a context it leaves nothing behind, whatever happened."""

    def __init__(self, plan: Path, folder: Path, *options: str, under: Sequence[str] = ()) -> None:
        """`under`: a program that runs the command line that follows it."""
        self._plan = plan
        self.folder = folder
        self.home = folder / "home"
        self._out, self._err = folder / "stdout.txt", folder / "stderr.txt"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*under, command(), "up", str(plan), *options],
                cwd=folder,
                env=environment(self.home),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait()

    def again(self) -> Call:
        """The same `avatar up` once more; its end is that of this call."""
        return Call(self._plan, self.folder)

    @property
    def output(self) -> str:
        """What it has shown so far."""
        return self._out.read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        """What it has said on stderr so far."""
        return self._err.read_text(encoding="utf-8")

    def told(self) -> str:
        """All that can help somebody whose test failed."""
        logs = sorted(self.home.glob("sessions/*/logs/*.log"))
        tails = "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2_000:]}" for log in logs)
        return f"exit {self.process.poll()}\n{self.output}\n{self.errors}\n{tails}"

    def until_up(self) -> Self:
        """Waits until all actors run."""
        until(lambda: "the call is up" in self.output or self.process.poll() is not None, UP_S, self.told)
        assert self.process.poll() is None, self.told()
        return self

    def wait(self, seconds: float) -> int:
        """Exit code, when it has ended by itself."""
        until(lambda: self.process.poll() is not None, seconds, self.told)
        return self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the command in the foreground."""
        self.process.send_signal(number)

    def processes(self) -> list[psutil.Process]:
        """Every living process that belongs to this home: nobody else's environment names it."""
        return [p for p in psutil.process_iter() if _home_of(p) == str(self.home)]

    def expect_gone(self, known: Iterable[psutil.Process] = (), seconds: float = GONE_S) -> None:
        """Nothing of the call is left running, neither what is known nor what its home finds."""
        started = list(known)

        def left() -> list[psutil.Process]:
            return [p for p in {*started, *self.processes()} if p.is_running() and _state(p) != psutil.STATUS_ZOMBIE]

        until(lambda: not left(), seconds, lambda: f"{left()}\n{self.told()}")

    def running(self) -> Running:
        """Its host agent and the hub's port."""
        return msgspec.json.decode(self._session_file("session.json"), type=Running)

    @contextlib.contextmanager
    def watched(self, *kinds: type[Message]) -> Iterator[Watcher]:
        """A second program on the running call: it hears these messages and may ask."""
        keys = msgspec.json.decode(self._session_file("keys.json"), type=SessionKeys)
        client = Client(keys, self.running().control_port, "watcher", takes=(Caption, UserSaid, *kinds), gives=(Ask,))
        try:
            yield Watcher(client)
        finally:
            client.close()

    def _session_file(self, name: str) -> bytes:
        (path,) = self.home.glob(f"sessions/*/{name}")
        return path.read_bytes()


class Watcher:
    """What a second program on the call has heard. `seen` keeps everything, in order."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: list[Delivery] = []

    def of(self, kind: type[M]) -> list[M]:
        """All messages of a kind so far."""
        self._drain(0)
        return [d.message for d in self.seen if isinstance(d.message, kind)]

    def until(self, condition: Callable[[], bool], seconds: float = 20.0, what: object = "") -> None:
        """Listens until it is true."""
        until(lambda: self._drain(0.02) or condition(), seconds, what)

    def ask(self, question: str, seconds: float = 20.0) -> str:
        """Asks in writing; gives the answer, once all of it was heard."""
        asked = self.client.send(Ask(text=question))

        def answer() -> str | None:
            turns = {d.header.turn for d in self.seen if isinstance(d.message, UserSaid) and d.header.parent == asked}
            for heard in self.seen:
                if isinstance(heard.message, Caption) and heard.message.done and heard.header.turn in turns:
                    return heard.message.text
            return None

        self.until(lambda: answer() is not None, seconds, f"no answer to {question!r}")
        return answer() or ""

    def status(self) -> CallStatus:
        """How everything is."""
        return self.client.ask("agent", "status", kind=CallStatus)

    def actor(self, name: str) -> ActorStatus:
        """How one actor is."""
        return next(a for a in self.status().actors if a.actor == name)

    def _drain(self, seconds: float) -> bool:
        try:
            self.seen.append(
                self.client.deliveries.get(timeout=seconds) if seconds else self.client.deliveries.get_nowait()
            )
            while True:
                self.seen.append(self.client.deliveries.get_nowait())
        except queue.Empty:
            return False


def lines_of(text: str) -> list[str]:
    """Lines that are not empty."""
    return [line for line in text.splitlines() if line.strip()]


def complaints(errors: str) -> str:
    """What stands on stderr beside lines of progress."""
    return "".join(line for line in errors.splitlines(keepends=True) if not line.startswith("… "))


def expect_two_lines(errors: str, pattern: str) -> None:
    """What happened, and what to do about it; nothing else, and never a traceback."""
    lines = lines_of(errors)
    assert len(lines) <= 2, errors
    assert lines[0].startswith("avatar: "), errors
    assert re.search(pattern, lines[0]), errors
    assert "bug" not in lines[0], errors


def _home_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("AVATAR_HOME")
    except (psutil.Error, OSError):
        return None


def _state(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return str(psutil.STATUS_ZOMBIE)
