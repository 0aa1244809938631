"""Scenes of ssh's complaints in plain words."""

from __future__ import annotations

import pytest

from bus.errors import AvatarError, Broken, Gone, Wrong
from remote.ssh.fault import fault_of, login_by_hand
from topology.plan import Host

GPU = Host(ssh="root@203.0.113.7:41022")

COMPLAINTS: list[tuple[str, type[AvatarError], str, str]] = [
    (
        "@@@@@@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
        Wrong,
        "another host key than before",
        'ssh-keygen -R "[203.0.113.7]:41022"',
    ),
    (
        "No ED25519 host key is known for [203.0.113.7]:41022 and you have requested strict checking.\n"
        "Host key verification failed.",
        Wrong,
        "is not known here",
        "ssh -p 41022 root@203.0.113.7",
    ),
    ("root@203.0.113.7: Permission denied (publickey).", Wrong, "does not let this user in", "authorized_keys"),
    (
        "@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\nroot@x: Permission denied (publickey).",
        Wrong,
        "others can",
        "chmod",
    ),
    ("ssh: Could not resolve hostname gpu: Name or service not known", Wrong, "there is no host named", "address"),
    ("ssh: connect to host 203.0.113.7 port 41022: Connection refused", Broken, "nothing listens at", "running"),
    ("ssh: connect to host 203.0.113.7 port 41022: Connection timed out", Gone, "does not answer", "running"),
    ("ssh: connect to host 203.0.113.7 port 41022: Network is unreachable", Gone, "no way to", "network"),
    ("kex_exchange_identification: Connection closed by remote host", Broken, "no ssh server that", "port"),
    (
        "channel 1: open failed: administratively prohibited: open failed",
        Wrong,
        "port forwarding",
        "AllowTcpForwarding",
    ),
    ("bind [127.0.0.1]:20001: Address already in use\nchannel_setup_fwd_listener_tcpip", Broken, "is taken", "again"),
    ("Timeout, server 203.0.113.7 not responding.", Gone, "does not answer", "running"),
    ("client_loop: send disconnect: Broken pipe", Gone, "was closed", "still runs"),
    ("/home/x/.ssh/config: line 3: Bad configuration option: frob", Wrong, "your ssh config", "shows the line"),
]


@pytest.mark.parametrize(("log", "kind", "what", "todo"), COMPLAINTS)
def test_every_complaint_says_what_happened_and_what_to_do(
    log: str, kind: type[AvatarError], what: str, todo: str
) -> None:
    fault = fault_of(log, GPU)
    assert type(fault) is kind
    assert what in fault.what
    assert todo in fault.todo
    assert "\n" not in fault.what + fault.todo


def test_an_unknown_complaint_is_told_by_its_last_line_without_the_debugging() -> None:
    fault = fault_of("debug1: Permission denied was never said\nsomething quite new\n", GPU)
    assert fault.what == "ssh to root@203.0.113.7:41022 failed: something quite new"


def test_silence_is_told_as_such() -> None:
    assert "without a word" in fault_of("", GPU).what


@pytest.mark.parametrize(
    ("address", "by_hand"),
    [
        ("gpu", "ssh gpu"),
        ("me@gpu.example:22", "ssh -p 22 me@gpu.example"),
        ("me@[2001:db8::7]:41022", "ssh -p 41022 me@2001:db8::7"),
    ],
)
def test_a_login_by_hand_can_be_typed_as_it_stands(address: str, by_hand: str) -> None:
    assert login_by_hand(Host(ssh=address)) == by_hand
