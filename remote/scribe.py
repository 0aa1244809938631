"""Scribe of a call: the process that records the whole call into a folder, when the plan wants that.

`python -m remote record SESSION FOLDER`, started by the host agent before the first actor. It outlives the hub and the
host agent, and ends when the hub tells it to, or when nobody runs the session any more.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms, wall_time
from bus.control import Stop
from bus.errors import Gone
from bus.recording import Writer
from remote.mark import Mark
from remote.platform import new_group
from remote.recorder import Recorder, record
from remote.session import Session
from topology.plan import Plan

_log = logging.getLogger(__name__)

NAME = "recorder"
"""Its name on the bus: there is one in a call."""
ENDING = ".rec"
END_S = 3.0
LOOK_NS = SECOND
WAIT_MS = 10.0
PATIENCE_NS = 10 * SECOND
"""How long nobody may run the session: a host agent that died is followed by another."""


class Scribe:
    """The scribe of a call, as its host agent sees it; `mark` is None when the plan records nothing."""

    def __init__(self, mark: Mark | None, process: subprocess.Popen[bytes] | None = None) -> None:
        self.mark = mark
        self._process = process

    @classmethod
    def of(cls, session: Session, plan: Plan, left: Mark | None = None) -> Scribe:
        """Starts it when the plan wants the call recorded, and the one that another host agent `left` is not there."""
        if left is not None and left.alive:
            return cls(left)
        if not plan.session.record:
            return cls(None)
        with (session.logs / f"{NAME}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "remote", "record", session.name, plan.session.record],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                creationflags=new_group.flags,
                start_new_session=new_group.session,
            )
        return cls(Mark.of(process.pid), process)

    def wait(self) -> None:
        """Waits until it has closed its file, once the hub has told it to end. One that does not is killed: the file is
        readable all the same."""
        deadline = now_ns() + int(END_S * SECOND)
        while self.mark is not None and self.mark.alive and now_ns() < deadline:
            sleep_ms(WAIT_MS)
        if self.mark is not None and self.mark.alive:
            _log.error("killed the recorder: it did not end within %.0f s", END_S)
            self.mark.kill()
        if self._process is not None:
            self._process.wait()


def new_file(folder: Path, session: str) -> Path:
    """A file that is not there yet, named after the session and the time."""
    return folder / f"{session}.{wall_time():%Y%m%d-%H%M%S-%f}{ENDING}"


class Watch:
    """Says when a scribe has to end."""

    def __init__(self, client: Client, session: Session) -> None:
        self._client = client
        self._session = session
        self._looked_ns = self._seen_ns = now_ns()

    def __call__(self) -> str:
        """Why to end; empty: go on."""
        while not self._client.notices.empty():
            if isinstance(self._client.notices.get(), Stop):
                return "the call ends"
        at_ns = now_ns()
        if at_ns - self._looked_ns > LOOK_NS:
            self._looked_ns = at_ns
            if self._session.lives():
                self._seen_ns = at_ns
            elif at_ns - self._seen_ns > PATIENCE_NS:
                return "nobody runs the call any more"
        return ""


def write_down(session: Session, folder: Path) -> None:
    """The whole life of a scribe. Raises Gone, Wrong, Broken."""
    running = session.running()
    if running is None:
        raise Gone(f"the call {session.name!r} has ended", f"see: avatar logs --session {session.name}")
    client = Client(session.keys(), running.control_port, NAME)
    try:
        writer = Writer(new_file(folder, session.name))
        plan = session.plan()
        recorder = Recorder(client, writer, session.name, plan.used_hosts, wall_time())
        why = record(recorder, Watch(client, session))
        _log.info(
            "recorded file=%s messages=%d lost=%d why=%s", writer.path, recorder.messages, recorder.lost.total(), why
        )
    finally:
        client.close()
