"""Line of an ssh command: the system's own client, with the options that a call needs.

The user's configuration, agent and jump hosts are kept; what is given here overrules it. No ControlMaster: Windows'
client has none, and fails where a configuration asks for one. No IPQoS: the default of old clients marks what is not
interactive as scavenger traffic. Keep-alives notice a dead link after 8 s.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Sequence

import msgspec

from bus.errors import Fatal
from topology.plan import Host

CONFIG = "AVATAR_SSH_CONFIG"
"""Environment variable: an ssh configuration to use instead of the user's own."""
LOGIN_S = 8
OPTIONS = (
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    f"ConnectTimeout={LOGIN_S}",
    "ServerAliveInterval=2",
    "ServerAliveCountMax=4",
    "ExitOnForwardFailure=yes",
    "ControlMaster=no",
    "ControlPath=none",
    "Compression=no",
    "IPQoS=none",
)


class Forward(msgspec.Struct, frozen=True):
    """A port of this machine that leads to a port of 127.0.0.1 on the other."""

    here: int
    there: int


def ssh_client() -> str:
    """Path of the system's ssh. Raises Fatal when there is none."""
    found = shutil.which("ssh")
    if found is None:
        todo = {
            "win32": "Settings > System > Optional features: add OpenSSH Client",
            "darwin": "it is part of macOS: look at your PATH",
        }.get(sys.platform, "apt install openssh-client")
        raise Fatal("there is no ssh on this machine", todo)
    return found


def shell(script: str) -> str:
    """The command that lets a POSIX shell run a script, whatever the user's own shell is."""
    return f"exec sh -c {shlex.quote(script)}"


def ssh_line(host: Host, command: str = "", *, forwards: Sequence[Forward] = (), verbose: bool = False) -> list[str]:
    """The command line. `command` is read by the shell of the other side. Raises Fatal when there is no ssh here."""
    line = [ssh_client(), "-T", *(["-v"] if verbose else [])]
    if config := os.environ.get(CONFIG):
        line += ["-F", config]
    for option in OPTIONS:
        line += ["-o", option]
    for forward in forwards:
        line += ["-L", f"127.0.0.1:{forward.here}:127.0.0.1:{forward.there}"]
    if host.port:
        line += ["-p", str(host.port)]
    return [*line, "--", host.destination, *([command] if command else [])]
