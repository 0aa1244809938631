"""Call on two hosts whose first host is gone for good: the other one ends its part by itself.

Where the machine allows it, the other host has a network of its own: nothing is shared but what the wire carries.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bus.errors import Fatal
from remote.lab.own_network import OwnNetwork, own_network
from remote.lab.sshd import MISSING, sshd_path
from tests.e2e.split import split_call

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(sshd_path() is None, reason=MISSING),
]

GRACE_S = 2.0


@pytest.fixture
def network() -> Iterator[OwnNetwork | None]:
    with contextlib.ExitStack() as stack:
        made = None
        with contextlib.suppress(Fatal):
            made = stack.enter_context(own_network(mbits=7.0))
        yield made


def test_the_other_host_ends_itself_when_the_first_never_comes_back_and_leaves_no_process(
    tmp_path_factory: pytest.TempPathFactory, network: OwnNetwork | None
) -> None:
    with split_call(tmp_path_factory.mktemp("alone"), grace_s=GRACE_S, network=network) as call:
        call.until_up()
        known = call.processes()
        far = [process for process in known if process.environ()["AVATAR_HOME"] == str(call.far_home)]
        assert len(far) > 5
        if network:
            found = doors(far[0].pid)
            assert len(found) > 5
            assert {door for door in found if door[0] != "127.0.0.1"} == {(network.address, call.sshd.port)}
        call.process.kill()  # first, or it would follow its host agent up
        for process in known:
            if process not in far:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        call.expect_gone(known, GRACE_S + 20)
        (ending,) = call.far_home.glob("sessions/*/ending.json")
        assert not ending.with_name("session.json").exists()


def doors(pid: int) -> set[tuple[str, int]]:
    """Addresses and ports at which the network of a process listens (proc_pid_net(5))."""
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1].partition(":") for row in rows if row[3] == "0A"]
    return {(socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)) for address, _, port in listening}
