"""Split of a call between this machine's home and another, behind a real sshd: the plan, the far home, and who is there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from remote.lab.own_network import OwnNetwork
from remote.lab.relay import Relay
from remote.lab.sshd import PLAIN_BASH, Sshd, start_sshd
from tests.e2e.call import Call
from tests.e2e.plans import live_plan, short_persona

FAR_ACTORS = ("llm", "chunker", "tts", "face")
EMBEDDED = {"llm": "persona", "tts": "espeak", "face": "sketch"}
"""Named, because a host that may choose gets the packages of all engines, gigabytes of them."""
DELAY_MS = 10.0
"""Each way."""


def split_plan(folder: Path, *, grace_s: float = 60, records: bool = False) -> Path:
    """The live plan with four actors on the host "gpu"; it may record the call into the folder "recorded"."""
    path = live_plan(folder, persona=short_persona(folder), grace_s=grace_s)
    text = path.read_text(encoding="utf-8")
    for actor, engine in EMBEDDED.items():
        text = text.replace(f'[actors.{actor}]\nengine = "auto"\n', f'[actors.{actor}]\nengine = "{engine}"\n')
        text = text.replace(f"[actors.{actor}.settings.{engine}]\n", f"[actors.{actor}.settings]\n")
    for actor in FAR_ACTORS:
        text = text.replace(f"[actors.{actor}]\n", f'[actors.{actor}]\nhost = "gpu"\n')
    if records:
        text = text.replace("[session]\n", '[session]\nrecord = "recorded"\n')
    path.write_text(f'[hosts.gpu]\nssh = "gpu"\n\n{text}', encoding="utf-8")
    return path


class SplitCall(Call):
    """A call on two hosts: `far_home` is the other one's, `way` leads to it."""

    def __init__(self, plan: Path, folder: Path, sshd: Sshd, way: Relay, far_home: Path, *options: str) -> None:
        self.sshd = sshd
        self.way = way
        self.far_home = far_home
        os.environ["AVATAR_SSH_CONFIG"] = str(sshd.config)  # inherited by the command
        super().__init__(plan, folder, *options)

    def processes(self) -> list[psutil.Process]:
        """Those of both homes."""
        homes = {str(self.home), str(self.far_home)}
        return [p for p in psutil.process_iter() if _home_of(p) in homes]


@contextmanager
def split_call(
    folder: Path,
    *options: str,
    grace_s: float = 60,
    network: OwnNetwork | None = None,
    records: bool = False,
) -> Iterator[SplitCall]:
    """A call on two hosts for the length of a block. Nothing of it is left then, nor of the sshd. In a `network` of its own the
    other host has no way out: packages come from uv's cache."""
    (folder / "ssh").mkdir()
    far_home = folder / "far"
    path = f"{uv_folder()}{os.pathsep}{os.environ['PATH']}"  # its cache has all packages already
    offline = " UV_OFFLINE=1" if network else ""
    env = f'SetEnv AVATAR_HOME={far_home} PYTHONUTF8=1 {PLAIN_BASH}{offline} "PATH={path}"'
    sshd = start_sshd(folder / "ssh", env, network=network)
    way = Relay(sshd.port, address=network.address if network else "127.0.0.1", delay_ms=DELAY_MS)
    sshd.reach_through(way.port)
    try:
        plan = split_plan(folder, grace_s=grace_s, records=records)
        with SplitCall(plan, folder, sshd, way, far_home, *options) as call:
            yield call
    finally:
        way.close()
        sshd.stop()


def uv_folder() -> Path:
    """Where uv itself is, and not the shim of a version manager, which looks for it in the current folder's Python."""
    line = ["uv", "run", "--no-project", "--quiet", "sh", "-c", "command -v uv"]
    return Path(subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()).parent


def _home_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("AVATAR_HOME")
    except (psutil.Error, OSError):
        return None
