"""Sshd of a lab: a real one on a free port, with its own host key, user key and client configuration."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Fatal
from remote.lab.own_network import OwnNetwork
from topology.ports import free_port

MISSING = "sshd is not installed (apt install openssh-server)"
START_NS = 10 * SECOND
PLAIN_BASH = "SHLVL=2"
"""For SetEnv. Keeps bash from what this machine's owner has in ~/.bashrc for logins: the other host of a lab has no such thing,
it takes its time, and it is not made to be killed."""


def sshd_path() -> str | None:
    """Where the server is; it insists on being called by its whole path."""
    return shutil.which("sshd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


@dataclass
class Sshd:
    """A running server; `config` is the client's configuration, in which it is called "gpu"."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def config(self) -> Path:
        """For AVATAR_SSH_CONFIG."""
        return self.folder / "config"

    @property
    def known_hosts(self) -> Path:
        """The host keys that the client knows."""
        return self.folder / "known_hosts"

    def reach_through(self, port: int) -> None:
        """From now on the client goes through this port of 127.0.0.1, such as a relay's."""
        host_key = " ".join((self.folder / "host.pub").read_text().split()[:2])
        self.known_hosts.write_text(f"[127.0.0.1]:{port} {host_key}\n")
        self.config.write_text(
            f"Host gpu\n  HostName 127.0.0.1\n  Port {port}\nHost *\n  IdentityFile {self.folder / 'user'}\n"
            f"  IdentitiesOnly yes\n  UserKnownHostsFile {self.known_hosts}\n  GlobalKnownHostsFile none\n"
        )

    def stop(self) -> None:
        """Ends the server."""
        self.process.terminate()
        self.process.wait(10)


def make_key(path: Path) -> str:
    """A fresh key pair; gives the public half without its comment."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return " ".join(path.with_suffix(".pub").read_text().split()[:2])


def start_sshd(folder: Path, *options: str, network: OwnNetwork | None = None) -> Sshd:
    """A server that lets in whoever runs this; `options` are lines of its configuration. Raises Fatal when there is none.

    In a `network` of its own it is reached there; the client's way to it is still to be made (`reach_through`).
    """
    server = sshd_path()
    if server is None:
        raise Fatal("sshd is not installed", "apt install openssh-server")
    with contextlib.suppress(OSError):  # where root's sshd drops its privileges; nobody else's needs it
        Path("/run/sshd").mkdir(exist_ok=True)
    port = free_port()
    address, prefix = (network.address, network.prefix) if network else ("127.0.0.1", ())
    make_key(folder / "host")
    (folder / "authorized_keys").write_text(make_key(folder / "user") + "\n")
    (folder / "sshd_config").write_text("\n".join([*_basics(folder, address, port), *options]) + "\n")
    log = folder / "sshd.log"
    with log.open("wb") as written:
        line = [*prefix, server, "-D", "-e", "-f", str(folder / "sshd_config")]
        process = subprocess.Popen(line, stderr=written)
    sshd = Sshd(folder, port, process)
    sshd.reach_through(port)
    started_ns = now_ns()
    while not _answers(address, port):
        if process.poll() is not None or now_ns() - started_ns > START_NS:
            sshd.stop()
            raise Fatal(f"sshd does not start: {log.read_text().strip()}", "look at its options")
        sleep_ms(20)
    return sshd


def _answers(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=1):
        return True
    return False


def _basics(folder: Path, address: str, port: int) -> tuple[str, ...]:
    return (
        f"Port {port}",
        f"ListenAddress {address}",
        f"HostKey {folder / 'host'}",
        f"AuthorizedKeysFile {folder / 'authorized_keys'}",
        "StrictModes no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "UsePAM no",
        "PidFile none",
    )
