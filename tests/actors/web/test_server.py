from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from actors.web.server import MAX_PAGES, PageServer, PageSettings
from bus.errors import Fatal
from bus.messages import (
    Ask,
    CameraPicture,
    Conversation,
    HeardSound,
    Line,
    PageSound,
    StageAddress,
    TurnState,
    TurnTimeline,
)
from tests.actors.web.scenes import TOKEN, event, get, page, until, visit


def test_the_address_is_told_and_opens() -> None:
    async def scene() -> None:
        async with page(token="") as (scene, server):
            await until(lambda: len(scene.of(StageAddress)) == 1)
            url = scene.of(StageAddress)[0].url
            assert url.startswith(f"http://127.0.0.1:{server.door.port}/?token=")
            assert (await get(server, url[url.index("/?") :])).status == 200

    asyncio.run(scene())


def test_each_session_has_a_token_of_its_own() -> None:
    async def scene() -> None:
        async with page(token="") as (_, one), page(token="") as (_, other):
            assert one.door.token != other.door.token
            assert len(one.door.token) >= 32

    asyncio.run(scene())


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    async def scene() -> None:
        async with page() as (_, first):
            port = first.door.port
            with pytest.raises(Fatal) as refused:
                await PageServer(PageSettings(port=port)).open()
            assert refused.value.what == f"port {port} is already in use"
            assert f"[actors.web.settings] port = {port + 1}" in refused.value.todo

    asyncio.run(scene())


def test_the_port_is_taken_at_activation_and_free_again_after_stop() -> None:
    async def scene() -> None:
        async with page() as (_, server):
            port = server.door.port
        async with page(port=port) as (_, again):
            assert again.door.port == port

    asyncio.run(scene())


def test_who_comes_late_sees_the_call_as_it_is() -> None:
    async def scene() -> None:
        async with page() as (scene, server):
            await scene.send(TurnState(phase="listening", since_ns=1), TurnState(phase="speaking", since_ns=2))
            await scene.send(Conversation(lines=(Line("user", "hi", 1),)))
            await scene.send(TurnTimeline(total_ms=10, turn=1), TurnTimeline(total_ms=20, turn=2))
            async with visit(server) as visitor:
                assert (await event(visitor, "turn-manager.state")).body["phase"] == "speaking"
                assert (await event(visitor, "turn-manager.conversation")).body == {
                    "lines": [{"role": "user", "text": "hi", "turn": 1}]
                }
                assert (await event(visitor, "turn-manager.timeline")).body["turn"] == 1
                assert (await event(visitor, "turn-manager.timeline")).body["turn"] == 2

    asyncio.run(scene())


def test_a_page_that_does_not_read_holds_up_nobody() -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as slow, visit(server) as quick:
            await until(lambda: len(server.visits) == 2)
            slow.transport.pause_reading()
            picture = bytes(200_000)
            for number in range(100):
                await scene.send(CameraPicture(at_ns=number * 40_000_000, payload=picture))
                await scene.send(HeardSound(at_ns=number * 40_000_000, payload=bytes(1_920)))
                await scene.send(TurnState(phase="speaking", since_ns=number))
                while (await event(quick, "turn-manager.state")).body["since_ns"] != number:
                    pass
            dropped = sorted(visit.outbox.dropped for visit in server.visits)
            assert dropped[0] == 0
            assert dropped[1] > 100
            slow.transport.resume_reading()
            while (await event(slow, "turn-manager.state")).body["since_ns"] != 99:
                pass

    asyncio.run(scene())


def test_the_page_that_asked_last_has_the_microphone() -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as one, visit(server) as other:
            for visitor in (one, other):
                await visitor.send('{"type": "microphone", "on": true}')
                assert (await event(visitor, "web.microphone")).body == {"yours": True}
            assert (await event(one, "web.microphone")).body == {"yours": False}
            await one.send(b"\1\1")
            await one.send('{"type": "ask", "text": "done"}')
            await until(lambda: len(scene.of(Ask)) == 1)
            await other.send(b"\2\2")
            await until(lambda: len(scene.of(PageSound)) == 1)
            assert scene.of(PageSound)[0].payload == b"\2\2"

    asyncio.run(scene())


def test_one_page_too_many_is_told_so() -> None:
    async def scene() -> None:
        async with page() as (_, server), asyncio.TaskGroup() as tasks:
            visitors = [await visit(server) for _ in range(MAX_PAGES)]
            await until(lambda: len(server.visits) == MAX_PAGES)
            async with visit(server) as last:
                with pytest.raises(ConnectionClosed) as closed:
                    await event(last, "nothing")
                assert closed.value.rcvd
                assert closed.value.rcvd.code == 1013
            for visitor in visitors:
                tasks.create_task(visitor.close())

    asyncio.run(scene())


def test_the_token_from_before_a_restart_still_opens() -> None:
    async def scene() -> None:
        async with page(token="") as (_, server):
            before = f"http://127.0.0.1:{server.door.port}/?token={TOKEN}"
            assert (await get(server, f"/?token={TOKEN}")).status == 403
            assert server.trust(before)
            assert (await get(server, f"/?token={TOKEN}")).status == 200
            assert server.url == before

    asyncio.run(scene())


def test_stopping_says_goodbye_to_the_pages() -> None:
    async def scene() -> None:
        async with page() as (_, server):
            visitor = await visit(server)
            await until(lambda: len(server.visits) == 1)
        with pytest.raises(ConnectionClosed) as closed:
            await visitor.recv()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1012

    asyncio.run(scene())
