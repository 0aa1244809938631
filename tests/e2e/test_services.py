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


def pages_plan(folder: Path, port: int) -> Path:
    """A microphone that plays a quiet minute, and a server of pages."""
    plan = ears_plan(folder, write_wav(folder / "quiet.wav", np.zeros(16_000 * 60, np.int16)))
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    with plan.open("a", encoding="utf-8") as file:
        file.write(f'[services.pages]\ncommand = {command}\nhealth = "http://127.0.0.1:{port}/"\nready_s = 20\n')
    return plan


class Watch:
    """Somebody who looks at the server of a call."""

    def __init__(self, call: Call, watcher: Watcher, port: int) -> None:
        self._call, self._watcher, self._port = call, watcher, port

    def row(self, name: str = "pages") -> ActorStatus:
        return self._watcher.actor(name)

    def is_back(self, after: int) -> bool:
        """Whether there is another attendant than that, and its server answers."""
        return self.row().state == "running" and self.row().pid != after and answers(self._port)

    def until_back(self, after: int) -> None:
        until(lambda: self.is_back(after), 15, self._call.told)

    def until_taken_over(self) -> None:
        """Another host agent is there."""

        def is_there() -> bool:
            with contextlib.suppress(Broken):  # nobody answers for a moment
                return self.row("agent").restarts == 1
            return False

        until(is_there, 15, self._call.told)


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: SIGKILL")
def test_whatever_is_killed_there_is_one_server_until_the_call_ends(tmp_path: Path) -> None:
    port = free_port()
    plan = pages_plan(tmp_path, port)
    with Call(plan, tmp_path) as call:
        call.until_up()
        assert answers(port)
        with call.watched() as watcher:
            _shoot(call, Watch(call, watcher, port))
        code, out, err = avatar(call.home, "restart", "pages")
        assert (code, out.partition(" epoch")[0]) == (0, "pages restarted:"), err
        assert answers(port)
        _, out, _ = avatar(call.home, "logs", "pages")
        assert "started pid=" in out
        assert '"GET / HTTP/1.1" 200' in out
        port = _edit(call, plan, port)
        everybody = call.processes()
        assert avatar(call.home, "down")[0] == 0
        call.expect_gone(everybody)
        assert not answers(port)


def _edit(call: Call, file: Path, port: int) -> int:
    """The plan is edited while the call goes on; gives the port that the server has then."""
    text, other = file.read_text(encoding="utf-8"), free_port()
    file.write_text(text.replace("http.server", "nobody"), encoding="utf-8")
    code, _, err = avatar(call.home, "apply")
    assert (code, "refused, nothing has changed: pages: it ended with code 1" in err) == (1, True), err
    assert answers(port), "the one before is back at its port"
    file.write_text(text.replace(str(port), str(other)), encoding="utf-8")
    _, out, _ = avatar(call.home, "apply", "--dry-run")
    assert out == "~ would replace pages: command, health\n"
    code, out, err = avatar(call.home, "apply")
    assert (code, out.startswith("~ replaced pages: command, health")) == (0, True), err
    assert (answers(other), answers(port)) == (True, False)
    return other


def _shoot(call: Call, watch: Watch) -> None:
    first = watch.row().pid
    server_of(first).kill()  # its attendant says so, and is followed by another
    watch.until_back(first)
    assert "it ended with code -9" in watch.row().error

    second = watch.row().pid
    orphan = server_of(second)
    psutil.Process(second).kill()  # the attendant: its server must not go on without it
    watch.until_back(second)
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE

    third = watch.row().pid
    psutil.Process(call.running().pid).kill()  # the host agent: another one takes both over as they are
    watch.until_taken_over()
    assert watch.row().pid == third
    alone_mb = psutil.Process(third).memory_info().rss / 2**20
    until(lambda: watch.row().memory_mb > alone_mb + 5, 10, "the server counts, too")
