"""Engine servers of a call: a real one, started before the actors, shot at, ended with its call."""

from __future__ import annotations

import contextlib
import http.client
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from bus.errors import Broken
from remote.status import ActorStatus
from tests.e2e.call import Call, Watcher, avatar, until
from tests.e2e.plans import ears_plan, write_wav
from topology.ports import free_port

pytestmark = pytest.mark.e2e


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def server_of(attendant: int) -> psutil.Process:
    (server,) = psutil.Process(attendant).children()
    return server


def _restarts(watcher: Watcher) -> int:
    try:
        return watcher.actor("agent").restarts
    except Broken:
        return 0


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: SIGKILL and process names")
def test_a_server_is_there_before_the_actors_and_whatever_is_killed_there_is_one_of_it_until_the_call_ends(
    tmp_path: Path,
) -> None:
    port = free_port()
    plan = ears_plan(tmp_path, write_wav(tmp_path / "quiet.wav", np.zeros(16_000 * 60, np.int16)))
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    with plan.open("a", encoding="utf-8") as file:
        file.write(f'[services.pages]\ncommand = {command}\nhealth = "http://127.0.0.1:{port}/"\nready_s = 20\n')
    with Call(plan, tmp_path) as call:
        call.until_up()
        with call.watched() as watcher:

            def row(name: str) -> ActorStatus:
                return watcher.actor(name)

            def is_back(after: int) -> bool:
                with contextlib.suppress(Broken):  # a hub without a host agent, for a moment
                    return row("pages").state == "running" and row("pages").pid != after and answers(port)
                return False

            assert answers(port)

            first = row("pages").pid
            server_of(first).kill()  # the server: its attendant says so, and is followed by another
            until(lambda: is_back(first), 15, call.told)
            assert "it ended with code -9" in row("pages").error

            second = row("pages").pid
            orphan = server_of(second)
            psutil.Process(second).kill()  # the attendant: its server must not go on without it
            until(lambda: is_back(second), 15, call.told)
            assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE

            third = row("pages").pid
            psutil.Process(call.running().pid).kill()  # the host agent: another one takes both over as they are
            until(lambda: _restarts(watcher) == 1, 15, call.told)
            assert row("pages").pid == third
            alone_mb = psutil.Process(third).memory_info().rss / 2**20
            until(lambda: row("pages").memory_mb > alone_mb + 5, 10, "the server counts, too")

        code, out, err = avatar(call.home, "restart", "pages")
        assert (code, out.partition(" epoch")[0]) == (0, "pages restarted:"), err
        assert answers(port)
        code, out, _ = avatar(call.home, "logs", "pages")
        assert "started pid=" in out
        assert '"GET / HTTP/1.1" 200' in out
        everybody = call.processes()
        assert avatar(call.home, "down")[0] == 0
        call.expect_gone(everybody)
        assert not answers(port)
