"""Faults of an ssh connection, in plain words: from what the client wrote on stderr. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bus.errors import AvatarError, Broken, Gone, Wrong
from topology.plan import Host


@dataclass(frozen=True, slots=True)
class Known:
    """A fault that ssh tells by these words. `{host}` and `{login}` stand for the address and how to log in by hand."""

    sign: re.Pattern[str]
    kind: type[AvatarError]
    what: str
    todo: str


def _known(sign: str, kind: type[AvatarError], what: str, todo: str) -> Known:
    return Known(re.compile(sign, re.IGNORECASE), kind, what, todo)


KNOWN = (
    _known(
        "remote host identification has changed",
        Wrong,
        "{host} shows another host key than before",
        "somebody may be listening in, or the machine was set up anew; if you know why: ssh-keygen -R {key}, then {login}",
    ),
    _known(
        "host key is known for|host key verification failed",
        Wrong,
        "the host key of {host} is not known here",
        "compare its fingerprint with what your provider shows, and accept it once: {login}",
    ),
    _known(
        "unprotected private key file|bad permissions",
        Wrong,
        "ssh refuses a private key that others can read",
        "chmod 600 on that file (on Windows: icacls FILE /inheritance:r /grant:r %USERNAME%:R)",
    ),
    _known(
        "permission denied|too many authentication failures|no more authentication methods",
        Wrong,
        "{host} does not let this user in with any of your keys",
        "add your public key there (~/.ssh/authorized_keys), or name user and key in your ssh config; try: {login}",
    ),
    _known(
        "could not resolve hostname",
        Wrong,
        "there is no host named {host}",
        "check its address in the plan or in your ssh config, and that you are online",
    ),
    _known(
        "bad configuration option|terminating, .* bad configuration|unsupported option|keyword .* extra arguments",
        Wrong,
        "your ssh config has an entry that ssh refuses",
        "{login} shows the line",
    ),
    _known(
        "administratively prohibited|port forwarding is disabled|forwarding failed",
        Wrong,
        "{host} does not allow port forwarding",
        "AllowTcpForwarding yes in its sshd_config (and no restriction in authorized_keys), then restart its sshd",
    ),
    _known(
        "address already in use|cannot listen to port|could not request local forwarding",
        Broken,
        "a port that was free a moment ago is taken on this machine",
        "try again",
    ),
    _known(
        "connection refused",
        Broken,
        "nothing listens at {host}",
        "is the machine running, and is the port right? Rented ones get a new port at each start",
    ),
    _known(
        "timed out|timeout, server|operation timed out",
        Gone,
        "{host} does not answer",
        "is the machine running, and does your network let you out to that port?",
    ),
    _known(
        "no route to host|network is unreachable|network is down|host is down",
        Gone,
        "there is no way to {host} from here",
        "check your network",
    ),
    _known(
        "kex_exchange_identification|banner exchange|invalid ssh identification|protocol mismatch",
        Broken,
        "something answers at {host}, but no ssh server that talks to us",
        "is the port right? A machine that is starting may need a moment",
    ),
    _known(
        "connection (to .*)?(closed|reset|aborted)|broken pipe|client_loop",
        Gone,
        "the connection to {host} was closed",
        "see whether the machine still runs: {login}",
    ),
)


def fault_of(log: str, host: Host) -> AvatarError:
    """What went wrong, from everything that ssh wrote on stderr. Its last line when nothing in it is known."""
    words = {"host": host.ssh, "login": login_by_hand(host), "key": _known_hosts_name(host)}
    lines = [line for line in log.splitlines() if line.strip() and not line.startswith("debug")]
    told = "\n".join(lines)
    for known in KNOWN:
        if known.sign.search(told):
            return known.kind(known.what.format(**words), known.todo.format(**words))
    last = lines[-1].strip() if lines else "it ended without a word"
    return Broken(f"ssh to {host.ssh} failed: {last}", f"try: {login_by_hand(host)}")


def login_by_hand(host: Host) -> str:
    """What a person types to log in."""
    return f"ssh -p {host.port} {host.destination}" if host.port else f"ssh {host.destination}"


def _known_hosts_name(host: Host) -> str:
    name = host.destination.rpartition("@")[2]
    return f'"[{name}]:{host.port}"' if host.port and host.port != 22 else name
