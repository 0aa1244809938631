"""Abroad: the second host of a chaos run, played by this machine behind a real sshd, and what is done to the way there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil

from bus.client import Client
from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.errors import Broken, Wrong
from remote.chaos.fault import Done, Fault
from remote.far.tie import LinkStatus
from remote.lab.two_hosts import HOST, TwoHosts, two_hosts
from remote.session import Session
from remote.status import CallStatus
from topology.plan import LOCAL, Plan

DELAY_MS = 24.0
"""Each way."""
NOTICED_NS = 12 * SECOND
"""A connection that is dead counts as lost so soon."""
BACK_NS = 30 * SECOND
LOOK_MS = 20.0


class Abroad:
    """The other host of one call. `host`: what the plan calls it."""

    def __init__(self, lab: TwoHosts, name: str, host: str) -> None:
        self.host = host
        self.session: Session = lab.far_session(name, host)
        self._lab = lab
        self._name = name

    def client(self, called: str) -> Client:
        """A client of its hub. Raises Gone."""
        return self._lab.far_client(self._name, (), host=self.host, called=called)

    def strike(self, fault: Fault, client: Client) -> Done:
        """Breaks the link, and waits until the host agent here says that it is up again. Raises Broken."""
        before = self._link(client)
        at_ns = now_ns()
        match fault.kind:
            case "cut":
                self._cut(fault)
            case "login":
                self._lab.drop(fault.number)
            case _:
                self._kill_anchor()
        until_ns = now_ns()
        while (link := self._link(client)).stage != "up" or link.cuts == before.cuts:
            if link.cuts == before.cuts and now_ns() - until_ns > NOTICED_NS:
                raise Broken("nobody noticed")
            if now_ns() - until_ns > BACK_NS:
                break
            sleep_ms(LOOK_MS)
        return Done(fault=fault, at_ns=at_ns, until_ns=until_ns, back_ms=(now_ns() - until_ns) / MS)

    def _cut(self, fault: Fault) -> None:
        """In turn: nothing arrives any more, or every connection ends and none can be made."""
        way = self._lab.way
        if fault.number % 2:
            way.freeze()
        else:
            way.hang_up()
        try:
            sleep_ms(fault.stop_s * 1_000)
        finally:
            way.mend()

    def _kill_anchor(self) -> None:
        anchor = self.session.director()
        if anchor is None or not anchor.alive:
            raise Broken("there is no anchor")
        psutil.Process(anchor.pid).kill()

    def _link(self, client: Client) -> LinkStatus:
        deadline_ns = now_ns() + BACK_NS
        while True:
            try:
                return client.ask("agent", "status", kind=CallStatus, timeout_s=1.0).links[0]
            except Broken:  # its host agent may just be on its way back from the fault before
                if now_ns() > deadline_ns:
                    raise


@contextmanager
def abroad(plan: Plan, folder: Path, name: str) -> Iterator[tuple[Plan, Abroad]]:
    """The plan with its other host played here, for the length of a block. Raises Wrong for a plan that has not one other
    host, Fatal without sshd."""
    hosts = [host for host in plan.used_hosts if host != LOCAL]
    if len(hosts) != 1:
        raise Wrong(
            f"this plan has actors on {len(hosts)} other hosts", "--split needs a plan with one, such as split.toml"
        )
    (host,) = hosts
    placed = msgspec.structs.replace(plan, hosts={host: msgspec.structs.replace(plan.hosts[host], ssh=HOST)})
    lab_folder = folder / "lab"
    lab_folder.mkdir()
    with two_hosts(lab_folder.resolve(), delay_ms=DELAY_MS, path=_path()) as lab:
        yield placed, Abroad(lab, name, host)


def _path() -> str:
    """Where uv itself is comes first, and not the shim of a version manager, which looks into the current folder."""
    line = ["uv", "run", "--no-project", "--quiet", "sh", "-c", "command -v uv"]
    try:
        found = subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):  # that host does without
        return os.environ["PATH"]
    return f"{Path(found).parent}{os.pathsep}{os.environ['PATH']}"
