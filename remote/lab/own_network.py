"""Own network for the other host of a lab: a namespace with a loopback and an address of its own, and a wire of limited rate to it.

Linux alone has these, and only root makes them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from bus.errors import Fatal

HERE, THERE = "10.203.0.1", "10.203.0.2"
"""A network of two that nothing else is likely to use."""
TOOLS = ("ip", "tc")


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """One that is there. Programs that begin with `prefix` run in it, and are reached at `address`."""

    name: str
    address: str = THERE

    @property
    def prefix(self) -> tuple[str, ...]:
        """What stands before a command line."""
        return ("ip", "netns", "exec", self.name)


@contextmanager
def own_network(mbits: float) -> Iterator[OwnNetwork]:
    """One for the length of a block; each direction of the wire carries `mbits`. Raises Fatal where the machine allows none."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if sys.platform != "linux" or missing:
        raise Fatal("there are no network namespaces here", f"apt install iproute2 ({', '.join(missing)})")
    network = OwnNetwork(f"avatar-{os.getpid()}")
    here, there = f"av{os.getpid()}a", f"av{os.getpid()}b"
    try:
        for command in _commands(network, here, there, mbits):
            _run(command)
        yield network
    finally:
        for command in (["ip", "link", "del", here], ["ip", "netns", "del", network.name]):
            with suppress(Fatal):  # what was never made
                _run(command)


def _commands(network: OwnNetwork, here: str, there: str, mbits: float) -> Iterator[Sequence[str]]:
    yield ["ip", "netns", "add", network.name]
    yield ["ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", network.name]
    for prefix, wire, address in (((), here, HERE), (network.prefix, there, THERE)):
        yield [*prefix, "ip", "address", "add", f"{address}/30", "dev", wire]
        yield [*prefix, "ip", "link", "set", wire, "up"]
        rate = ["rate", f"{mbits}mbit", "burst", "32kbit", "latency", "400ms"]
        yield [*prefix, "tc", "qdisc", "add", "dev", wire, "root", "tbf", *rate]
    yield [*network.prefix, "ip", "link", "set", "lo", "up"]


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise Fatal(f"this machine allows no network of its own: {' '.join(command)}: {why}", "be root, or do without")
