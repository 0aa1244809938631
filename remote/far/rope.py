"""Rope to another host: the two ssh connections over which a call crosses, and the word of the anchor at its end.

The first carries what is urgent, and the anchor is its command: so sshd sends small packets at once (older ones do that only
where a command runs), and the anchor sees the connection's end. The second carries pictures: what is large never stands
before what is urgent.
"""

from __future__ import annotations

import contextlib
import shlex
from dataclasses import dataclass

from bus.clock import SECOND
from bus.errors import AvatarError
from bus.parcel import Road
from remote.far.charge import END, Charge, Word, read_word
from remote.ssh.line import Forward, shell
from remote.ssh.visit import Visit
from topology.plan import Host
from topology.ports import free_port

BEAT_NS = SECOND
HOLD = "echo held; exec cat"
"""The second connection's command ends with its stdin."""


@dataclass(frozen=True, slots=True)
class Footing:
    """Where the anchor starts: a Python of that host, and the folder with the code."""

    python: str
    folder: str


class Rope:
    """One pair of connections. When one of them breaks both are given up: `fault` says why."""

    def __init__(self, host: Host, footing: Footing, charge: Charge) -> None:
        """Starts both; never waits. Raises Fatal when there is no ssh here."""
        self.ports: dict[Road, int] = {road: free_port() for road in charge.place.gate}
        """Of this machine; they lead to the gate of the hub there."""
        forwards = {road: Forward(self.ports[road], there) for road, there in charge.place.gate.items()}
        script = f"cd {shlex.quote(footing.folder)} && exec {shlex.quote(footing.python)} -m remote.far"
        self._swift = Visit(host, shell(script), forwards=[forwards["swift"]])
        self._bulky = Visit(host, shell(HOLD), forwards=[forwards["bulky"]])
        self._beat_ns = 0
        self.gate: dict[Road, int] = dict(charge.place.gate)
        """Ports of that host: those that were asked for, then those at which the hub really waits."""
        self._write(charge.encoded())

    def heard(self, at_ns: int) -> list[Word]:
        """What the anchor has told; says that this side is alive when it is time to."""
        if at_ns - self._beat_ns > BEAT_NS:
            self._beat_ns = at_ns
            self._write(b"\n")
        words = [word for line in self._swift.fresh() if (word := read_word(line))]
        self.gate = next((word.gate for word in words if word.gate), self.gate)
        return words

    @property
    def fault(self) -> AvatarError | None:
        """Why a connection has broken; None while both hold."""
        return self._swift.fault or self._bulky.fault

    def end_call(self) -> None:
        """Tells the anchor to end the call there."""
        self._write(END + b"\n")

    def close(self) -> None:
        """Cuts both."""
        self._swift.close()
        self._bulky.close()

    def _write(self, line: bytes) -> None:
        with contextlib.suppress(AvatarError):  # `fault` tells
            self._swift.write(line)
