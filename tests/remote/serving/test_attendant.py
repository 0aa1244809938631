"""Attendant of a service, with real servers that take no time."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from bus.errors import Broken, Fatal
from bus.socket import SessionKeys
from remote.mark import Mark
from remote.serving import attendant as module
from remote.serving.attendant import Attendant, ServiceSettings
from remote.serving.brood import brood, mark_of
from topology.ports import free_port

MARK = mark_of(SessionKeys.make(), "fish", Mark.own())
DEAD = f"{MARK.rpartition(':')[0]}:0.5"
"""Of an attendant that was this process's forerunner with its pid."""
SERVER = """if True:
    import os, sys
    from http.server import BaseHTTPRequestHandler, HTTPServer
    class Answer(BaseHTTPRequestHandler):
        asked = 0
        def do_GET(self):
            Answer.asked += 1
            self.send_response(200 if Answer.asked > int(sys.argv[2]) else 503)
            self.end_headers()
            if self.path == "/die":
                os._exit(3)
    print("voice", os.environ.get("VOICE"), "in", os.getcwd(), file=sys.stderr, flush=True)
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
"""Answers 503 so many times, then 200; "/die" ends it."""


def attendant(
    port: int, *, after: int = 0, ready_s: float = 10.0, mark: str = MARK, early: bool = False, **more: Any
) -> Attendant:
    settings = ServiceSettings(
        command=more.pop("command", (sys.executable, "-S", "-c", SERVER, str(port), str(after))),
        health=f"http://127.0.0.1:{port}/health" if port else "",
        ready_s=ready_s,
        **more,
    )
    return Attendant("fish", mark, settings, dict(os.environ), early=early)


def play(scene: Coroutine[Any, Any, None], *attendants: Attendant) -> None:
    async def through() -> None:
        try:
            await scene
        finally:
            for each in attendants:
                await each.stop()

    asyncio.run(through())
    assert brood(MARK) == []


def test_it_is_active_when_its_server_is_well_and_nothing_is_left_when_it_stops(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    one = attendant(free_port(), after=2, env={"VOICE": "deep"}, folder=str(tmp_path))

    async def scene() -> None:
        await one.start()
        assert brood(MARK) == []
        await one.activate()
        assert len(brood(MARK)) == 1

    play(scene(), one)
    said = capfd.readouterr().err
    assert f"voice deep in {tmp_path}" in said
    assert len(re.findall('"GET /health', said)) == 3


def test_a_server_that_ends_is_told_with_its_code() -> None:
    port = free_port()
    one = attendant(port)

    async def scene() -> None:
        await one.activate()
        running = asyncio.ensure_future(one.run())
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /die HTTP/1.0\r\n\r\n")
        with pytest.raises(Broken, match="it ended with code 3"):
            await asyncio.wait_for(running, 30)

    play(scene(), one)


def test_a_server_that_answers_nobody_while_it_speaks_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fish makes its sound in its event loop: its health address is silent for as long."""
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    one = attendant(free_port())

    async def scene() -> None:
        await one.activate()
        monkeypatch.setattr(module, "ask_health", lambda url: f"{url} is silent")
        running = asyncio.ensure_future(one.run())
        await asyncio.wait([running], timeout=0.3)
        assert not running.done()
        running.cancel()
        await asyncio.wait([running])

    play(scene(), one)


def test_a_server_that_ends_while_it_loads_is_told_at_once() -> None:
    one = attendant(free_port(), command=(sys.executable, "-S", "-c", "raise SystemExit(5)"))

    async def scene() -> None:
        with pytest.raises(Broken, match="it ended with code 5") as failed:
            await one.activate()
        assert failed.value.todo == "see: avatar logs fish"

    play(scene(), one)


def test_one_that_is_never_well_is_told_with_what_it_answers() -> None:
    one = attendant(free_port(), after=1_000, ready_s=0.5)

    async def scene() -> None:
        # On a busy machine it may not even listen yet, or not come to answer.
        with pytest.raises(
            Broken, match=r"not ready within 0\.5 s: http:.*/health:? (answers 503|gives no answer|.*refused)"
        ) as failed:
            await one.activate()
        assert "[services.fish] ready_s" in failed.value.todo

    play(scene(), one)


def test_a_port_that_somebody_else_has_is_not_taken_for_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PORT_S", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        one = attendant(other.getsockname()[1])

        async def scene() -> None:
            with pytest.raises(Broken, match=r"port \d+ is in use by another program"):
                await one.activate()
            assert brood(MARK) == []

        play(scene(), one)


def test_what_an_earlier_life_has_left_is_ended_first() -> None:
    port = free_port()
    before, after = attendant(port, mark=DEAD), attendant(port)

    async def scene() -> None:
        await before.activate()
        (left,) = brood(DEAD)
        await after.activate()  # the one before was killed: it could not end its server
        (now,) = brood(MARK)
        assert (now.pid != left.pid, brood(DEAD)) == (True, [])

    play(scene(), after, before)


def test_a_server_without_health_is_ready_when_it_runs() -> None:
    one = attendant(0, command=(sys.executable, "-S", "-c", "import sys; sys.stdin.read(); input()"))

    async def scene() -> None:
        await one.activate()

    play(scene(), one)


def test_a_program_that_is_not_there_is_known_in_standby() -> None:
    one = attendant(0, command=("no-such-program",))

    async def scene() -> None:
        with pytest.raises(Fatal, match='no program "no-such-program"'):
            await one.start()
        await one.stop()

    play(scene(), one)


def test_one_that_is_early_has_its_server_in_standby_beside_that_of_another() -> None:
    before, beside = attendant(free_port()), attendant(free_port(), mark=f"{MARK[:-1]}", early=True)

    async def scene() -> None:
        await before.activate()
        await beside.start()
        assert len(brood(MARK)) == 1
        (server,) = brood(MARK[:-1])
        await beside.activate()
        assert brood(MARK[:-1]) == [server]

    play(scene(), before, beside)


def test_one_whose_port_is_let_go_of_takes_it() -> None:
    other = socket.create_server(("127.0.0.1", 0))
    one = attendant(other.getsockname()[1])

    async def scene() -> None:
        beginning = asyncio.ensure_future(one.activate())
        accepted, _ = await asyncio.to_thread(other.accept)
        accepted.close()
        other.close()
        await asyncio.wait_for(beginning, 30)

    play(scene(), one)
