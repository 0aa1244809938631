"""Two hosts on one machine: this one, and a "gpu" behind a real sshd with a home of its own, as far away as is wanted.

Both have the same clock, so what a link takes for the difference between the two is its error.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bus.client import Client
from bus.errors import Gone
from bus.messages.message import Message
from remote.far.place import FAR
from remote.lab.relay import Relay
from remote.lab.sshd import PLAIN_BASH, start_sshd
from remote.session import Session
from remote.ssh.line import CONFIG

HOST = "gpu"
FAR_ACTORS = ("llm", "chunker", "tts", "face")
"""What needs a GPU in a real call."""


@dataclass(frozen=True, slots=True)
class TwoHosts:
    """The far one's home, and the way to it."""

    far_home: Path
    way: Relay
    sshd_pid: int

    def far_session(self, name: str, host: str = HOST) -> Session:
        """The far host's part of the call `name`; `host`: what the plan calls it."""
        session = Session(f"{name}{FAR}{host}")
        session.folder = self.far_home / "sessions" / session.name
        session.logs = session.folder / "logs"
        return session

    def drop(self, number: int) -> None:
        """Kills the far end of one of the ssh connections that are open, if there is any; the server goes on."""
        with contextlib.suppress(psutil.Error):
            ends = sorted(psutil.Process(self.sshd_pid).children(), key=lambda child: child.pid)
            if ends:
                ends[number % len(ends)].kill()

    def login_s_ago(self) -> float:
        """Seconds since the first of the open ssh connections was logged in. Raises Gone when none is.

        Compared with a process that begins now: birth times are exact among themselves, beside a clock they may be a second off.
        """
        begun = []
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.sshd_pid).children(recursive=True):
                if not child.name().startswith("sshd"):
                    begun.append(child.create_time())
        if not begun:
            raise Gone("nobody is logged in to the other host", "is the call up?")
        with psutil.Popen([sys.executable, "-c", ""]) as newborn:
            return float(newborn.create_time()) - min(begun)

    def far_client(
        self, name: str, takes: Sequence[type[Message]], *, host: str = HOST, called: str = "bench-far"
    ) -> Client:
        """A client of the far host's hub. Raises Gone when there is none."""
        session = self.far_session(name, host)
        running = session.running()
        if running is None:
            raise Gone("the other host has no part in the call", f"its logs: {session.logs}")
        return Client(session.keys(), running.control_port, called, takes=takes, host=host)


def placed(plan: str, actors: Sequence[str] = FAR_ACTORS) -> str:
    """The text of a bundled plan, with these actors on the host "gpu"."""
    for actor in actors:
        plan = plan.replace(f"[actors.{actor}]\n", f'[actors.{actor}]\nhost = "{HOST}"\n')
    return f'{plan}\n[hosts.{HOST}]\nssh = "{HOST}"\n'


@contextmanager
def two_hosts(folder: Path, *, delay_ms: float = 0.0, mbits: float = 0.0, path: str = "") -> Iterator[TwoHosts]:
    """The lab for the length of a block; `avatar up` finds the other host by its name. `delay_ms`: each way; `mbits`: each
    way, 0 is without limit; `path`: the PATH of the other host. Raises Fatal when there is no sshd."""
    far_home, keys = folder / "far", folder / "ssh"
    keys.mkdir()
    way_to_uv = f' "PATH={path}"' if path else ""
    sshd = start_sshd(keys, f"SetEnv AVATAR_HOME={far_home} PYTHONUTF8=1 {PLAIN_BASH}{way_to_uv}")
    way = Relay(sshd.port, delay_ms=delay_ms, mbits=mbits)
    sshd.reach_through(way.port)
    before = os.environ.get(CONFIG)
    os.environ[CONFIG] = str(sshd.config)
    try:
        yield TwoHosts(far_home, way, sshd.process.pid)
    finally:
        if before is None:
            del os.environ[CONFIG]
        else:
            os.environ[CONFIG] = before
        way.close()
        sshd.stop()
