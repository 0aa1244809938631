from __future__ import annotations

import asyncio
import json

import pytest
from websockets.exceptions import ConnectionClosedError

from bus.clock import now_ns
from bus.messages import Ask, PageSound, Say
from tests.actors.web.scenes import event, page, until, visit


def wish(kind: str, text: str) -> str:
    return json.dumps({"type": kind, "text": text}, ensure_ascii=False)


def test_what_is_typed_goes_to_the_call() -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as visitor:
            await visitor.send(wish("ask", "  Хто ти?\n"))
            await visitor.send(wish("say", "Hello there."))
            await until(lambda: len(scene.of(Say)) == 1)
            assert scene.of(Ask) == [Ask(text="Хто ти?")]
            assert scene.of(Say) == [Say(text="Hello there.")]

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (wish("ask", "   "), "nothing in it"),
        (wish("say", "🙂…"), "nothing in it that a voice can say"),
        (wish("ask", "x" * 4_001), "4,001 characters; 4,000 is the most"),
        ('{"type": "shutdown"}', "reload the page"),
        ("\x00", "reload the page"),
    ],
)
def test_what_cannot_be_taken_is_explained_and_the_page_stays(text: str, why: str) -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as visitor:
            await visitor.send(text)
            assert why in str((await event(visitor, "web.refused")).body["what"])
            await visitor.send(wish("ask", "ё" * 4_000))
            await until(lambda: len(scene.of(Ask)) == 1)

    asyncio.run(scene())


def test_the_microphone_goes_to_the_call_with_its_capture_time() -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as visitor:
            await visitor.send('{"type": "microphone", "on": true}')
            await event(visitor, "web.microphone")
            await visitor.send(b"\1\0" * 512)
            await until(lambda: len(scene.of(PageSound)) == 1)
            heard = scene.of(PageSound)[0]
            assert heard.payload == b"\1\0" * 512
            assert 32_000_000 <= now_ns() - heard.at_ns < 5_000_000_000

    asyncio.run(scene())


def test_sound_that_nobody_announced_is_not_heard() -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as visitor:
            await visitor.send(b"\1\0" * 512)
            await visitor.send(wish("ask", "after it"))
            await until(lambda: len(scene.of(Ask)) == 1)
            assert scene.of(PageSound) == []

    asyncio.run(scene())


@pytest.mark.parametrize("sound", [bytes(8_194), bytes(511), bytes(70_000)])
def test_sound_of_a_wrong_size_ends_the_visit(sound: bytes) -> None:
    async def scene() -> None:
        async with page() as (_, server), visit(server) as visitor:
            await visitor.send(sound)
            with pytest.raises(ConnectionClosedError) as closed:
                await event(visitor, "nothing")
            assert closed.value.rcvd
            assert closed.value.rcvd.code == 1009
            await until(lambda: server.visits == [])

    asyncio.run(scene())
