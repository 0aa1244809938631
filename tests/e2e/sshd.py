"""Sshd of a test: a real one on a free port, with its own host key, user key and client configuration."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bus.clock import SECOND, now_ns, sleep_ms
from topology.ports import free_port, is_free

MISSING = "sshd is not installed (apt install openssh-server)"


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

    def stop(self) -> None:
        """Ends the server."""
        self.process.terminate()
        self.process.wait(10)


def make_key(path: Path) -> str:
    """A fresh key pair; gives the public half without its comment."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return " ".join(path.with_suffix(".pub").read_text().split()[:2])


def start_sshd(folder: Path, *options: str) -> Sshd:
    """A server that lets in whoever runs the test; `options` are lines of its configuration."""
    server = sshd_path()
    assert server, MISSING
    with contextlib.suppress(OSError):  # where root's sshd drops its privileges; nobody else's needs it
        Path("/run/sshd").mkdir(exist_ok=True)
    port = free_port()
    host_key, user_key = make_key(folder / "host"), make_key(folder / "user")
    (folder / "authorized_keys").write_text(user_key + "\n")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}\n")
    (folder / "sshd_config").write_text(
        "\n".join(
            [
                f"Port {port}",
                "ListenAddress 127.0.0.1",
                f"HostKey {folder / 'host'}",
                f"AuthorizedKeysFile {folder / 'authorized_keys'}",
                "StrictModes no",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "UsePAM no",
                "PidFile none",
                *options,
            ]
        )
        + "\n"
    )
    (folder / "config").write_text(
        f"Host gpu\n  HostName 127.0.0.1\n  Port {port}\nHost *\n  IdentityFile {folder / 'user'}\n"
        f"  IdentitiesOnly yes\n  UserKnownHostsFile {folder / 'known_hosts'}\n  GlobalKnownHostsFile none\n"
    )
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen([server, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
    started_ns = now_ns()
    while is_free(port):
        assert process.poll() is None, (folder / "sshd.log").read_text()
        assert now_ns() - started_ns < 10 * SECOND, "sshd does not listen"
        sleep_ms(20)
    return Sshd(folder, port, process)
