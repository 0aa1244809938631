"""Scenes of the errand: a real hub process, told by its parent."""

from __future__ import annotations

import subprocess
import sys

from bus.control import Hello
from bus.errand import Errand
from bus.link import Link
from bus.socket import SessionKeys
from tests.bus.house import Ear


def hub() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bus"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_hub_tells_its_port_serves_and_ends_when_its_parent_is_gone_and_nobody_comes() -> None:
    keys = SessionKeys.make()
    with hub() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(Errand(name="hub", keys=keys, grace_s=0.5).encoded())
        process.stdin.flush()
        link = Link(keys, int(process.stdout.readline()), Hello("x", 1, "client", 0), {}, Ear())
        link.open()
        assert link.welcomed.wait(30)
        process.stdin.close()
        assert link.error is None
        link.close()
        assert process.wait(30) == 0
        log = process.stderr.read().decode()
        assert "parent gone" in log
        assert keys.hub_secret not in log


def test_without_an_errand_it_says_how_it_is_meant_to_be_started() -> None:
    with hub() as process:
        _, err = process.communicate(b"hello\n", timeout=30)
        assert process.returncode == 1
        assert b"avatar up PLAN" in err
        assert b"Traceback" not in err


def test_neither_keys_nor_settings_are_shown_by_a_traceback() -> None:
    import io

    import rich.console

    keys = SessionKeys.make()
    errand = Errand(name="web", keys=keys, settings={"token": "a-token-0123456789"})
    out = io.StringIO()
    rich.console.Console(file=out, width=500).print(errand, keys, {"errand": errand, "keys": [keys]})
    shown = f"{errand} {errand!r} {keys} {keys!r} {out.getvalue()}"
    assert "token-0123456789" not in shown
    assert not any(key in shown for key in (keys.hub_secret, keys.peer_secret, keys.hub_public, keys.peer_public))
