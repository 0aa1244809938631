"""Attendant of a service: an actor without messages that runs one engine server, so that a host's staff can treat it as any other.

Standby means that the program is there; its activation takes the port: the server is started, and is active when its
health address answers 200. So one attendant takes over from another like two processes of an actor that have one device.
One that is `early` runs its server in standby already: beside the one before it, which has another port.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
from pathlib import Path

import msgspec

from actors.readiness import reach
from bus.actor import Actor
from bus.clock import MS, SECOND, now_ns
from bus.errors import Broken, Fatal
from bus.off_loop import OffLoop
from remote.platform import new_group
from remote.serving.brood import MARK, end_brood, mark_of_session
from remote.serving.pulse import ask_health
from remote.tether import tethered
from topology.services import health_port, program_of

_log = logging.getLogger(__name__)

EARLY = "early"
"""Argument of an attendant that starts its server in standby."""
LOOK_S = 0.1
PORT_S = 5.0
"""How long whoever had the port before may take to let go of it."""
END_S = 3.0
"""How long the server may take to end when it is asked to; its attendant is killed after 6 s (remote/staff.py)."""


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A service, as its host's staff is told it (topology.plan.Service.seat)."""

    command: tuple[str, ...]
    folder: str = ""
    health: str = ""
    env: dict[str, str] = {}
    ready_s: float = 120.0


class Attendant(Actor):
    """Runs one server. `environment`: what the server gets beside `settings.env`; `mark`: by which its processes are known;
    `early`: it is started in standby."""

    def __init__(
        self, name: str, mark: str, settings: ServiceSettings, environment: dict[str, str], *, early: bool = False
    ) -> None:
        self._name = name
        self._mark = mark
        self._early = early
        self._settings = settings
        self._environment = {**environment, **settings.env, MARK: mark}
        self._server: subprocess.Popen[bytes] | None = None
        self._door = OffLoop("service")

    async def start(self) -> None:
        """Raises Fatal when there is no such program; of one that is early, all that `activate` raises."""
        program_of(self._settings.command[0], self._settings.folder)
        if self._early:
            await self._serve()

    async def activate(self) -> None:
        """Starts the server, if it does not run yet, and waits until it is ready. Raises Broken when it ends or is not ready
        in time, Fatal when it cannot be started."""
        if self._server is None:
            await self._serve()
        self._expect_alive()

    async def run(self) -> None:
        """Raises Broken when the server ends."""
        while True:
            self._expect_alive()
            await asyncio.sleep(LOOK_S)

    async def stop(self) -> None:
        """Ends the server and everything that it has started."""
        if self._server is None:
            return
        if killed := await self._door.run(end_brood, self._mark, END_S):
            _log.warning("killed processes=%d: they did not end within %g s", killed, END_S)
        self._server.wait()
        self._server = None
        self._door.close()

    # --- parts ----------------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        if killed := await self._door.run(end_brood, mark_of_session(self._mark), 0.0, orphans=True):
            _log.warning("ended what an earlier life has left processes=%d", killed)
        await self._expect_free_port()
        self._server = self._launch()
        _log.info("started pid=%d command=%s", self._server.pid, self._settings.command[0])
        began_ns = now_ns()
        while why := await self._lacks():
            self._expect_alive()
            if now_ns() - began_ns > self._settings.ready_s * SECOND:
                more = f"see: avatar logs {self._name}; if it needs longer: [services.{self._name}] ready_s = ..."
                raise Broken(f"it was not ready within {self._settings.ready_s:g} s: {why}", more)
            await asyncio.sleep(LOOK_S)
        self._expect_alive()
        _log.info("ready ms=%d", (now_ns() - began_ns) // MS)

    async def _expect_free_port(self) -> None:
        """Another program that answers there would be taken for the server. The one before it may be on its way out."""
        port = health_port(self._settings.health)
        began_ns = now_ns()
        while port and (await self._door.run(reach, self._settings.health)).ok:
            if now_ns() - began_ns > PORT_S * SECOND:
                raise Broken(
                    f"port {port} is in use by another program",
                    f"end that program, or give {self._name} another port in its command and its health",
                )
            await asyncio.sleep(LOOK_S)

    def _launch(self) -> subprocess.Popen[bytes]:
        """Its output goes where this process's own log goes. Called in the main thread: the tether hangs on it."""
        settings = self._settings
        program = program_of(settings.command[0], settings.folder)
        try:
            return subprocess.Popen(
                tethered([program, *settings.command[1:]]),
                cwd=Path(settings.folder) if settings.folder else None,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=2,
                stderr=2,
                creationflags=new_group.flags,
                start_new_session=new_group.session,
            )
        except OSError as error:
            raise Fatal(f"{program} cannot be started: {error.strerror}", f"see: avatar logs {self._name}") from error

    async def _lacks(self) -> str:
        return await self._door.run(ask_health, self._settings.health) if self._settings.health else ""

    def _expect_alive(self) -> None:
        if self._server is not None and (code := self._server.poll()) is not None:
            raise Broken(f"it ended with code {code}", f"see: avatar logs {self._name}")
