"""Scenes of hostile visitors: broken frames, floods and lines that are only held. The other pages notice nothing."""

from __future__ import annotations

import asyncio
import logging
import struct

import pytest

from actors.web import site
from actors.web.protocol import MAX_FRAME_BYTES
from actors.web.server import PageServer
from bus.messages import Ask
from tests.actors.web.scenes import TOKEN, event, get, page, until, visit

TEXT, BINARY, MORE, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
WISH = b'{"type": "ask", "text": "still here"}'


def frame(
    kind: int, data: bytes, *, last: bool = True, masked: bool = True, length: int | None = None, rsv: int = 0
) -> bytes:
    """A WebSocket frame, as wrong as wanted."""
    size = len(data) if length is None else length
    head = bytes([(0x80 if last else 0) | rsv << 4 | kind])
    mark = 0x80 if masked else 0
    if size < 126:
        head += bytes([mark | size])
    elif size < 65_536:
        head += bytes([mark | 126]) + struct.pack(">H", size)
    else:
        head += bytes([mark | 127]) + struct.pack(">Q", size)
    return head + (bytes(4) if masked else b"") + data


async def line(server: PageServer) -> asyncio.StreamWriter:
    """A bare line on which the WebSocket has begun."""
    port = server.door.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /live?token={TOKEN} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return writer


@pytest.mark.parametrize(
    "frames",
    [
        [frame(TEXT, b"\xc3\x28")],
        [frame(TEXT, b"\xed\xa0\x80")],
        [frame(TEXT, b"", last=False), frame(MORE, b"\xff", last=True)],
        [frame(TEXT, b"a", last=False), frame(TEXT, b"b")],
        [frame(MORE, b"a")],
        [frame(BINARY, b"", length=2**63 - 1)],
        [frame(BINARY, bytes(MAX_FRAME_BYTES + 2))],
        [frame(BINARY, bytes(40_000), last=False)] * 3,
        [frame(PING, bytes(126))],
        [frame(TEXT, WISH, masked=False)],
        [frame(3, b"?")],
        [frame(TEXT, WISH, rsv=4)],
        [frame(CLOSE, b"\x03")],
        [frame(CLOSE, struct.pack(">H", 1005))],
        [frame(BINARY, b"x")],
        [b"GET / HTTP/1.1\r\n\r\n" * 20],
    ],
    ids=[
        "bad UTF-8", "a surrogate", "bad UTF-8 in a fragment", "a text within a text", "a fragment of nothing", "a length bomb",
        "oversize", "oversize in fragments", "a long ping", "not masked", "an unknown opcode", "compressed", "half a close",
        "a close code that is none", "an odd sound", "HTTP",
    ],
)  # fmt: skip
def test_a_broken_frame_ends_that_visit_alone(frames: list[bytes], caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as other:
            writer = await line(server)
            await until(lambda: len(server.visits) == 2)
            writer.write(b"".join(frames))
            await until(lambda: len(server.visits) == 1)
            writer.close()
            await other.send(WISH.decode())
            await until(lambda: scene.of(Ask) == [Ask(text="still here")])

    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "websockets.client")  # the scene's own end
    asyncio.run(scene())
    assert TOKEN not in caplog.text
    assert "still here" not in caplog.text
    assert "Exception in ASGI" not in caplog.text


def test_a_flood_of_wishes_is_refused_in_a_bounded_way_and_another_page_is_heard() -> None:
    async def scene() -> None:
        async with page() as (scene, server), visit(server) as flood, visit(server) as other:
            await flood.send('{"type": "microphone", "on": true}')
            for number in range(400):
                await flood.send((b"\0\1" * 512) if number % 2 else '{"a":' * 200)
            await other.send(WISH.decode())
            await until(lambda: Ask(text="still here") in scene.of(Ask))
            assert len(server.visits) == 2
            flood.transport.abort()  # it has read nothing, and would wait for its own goodbye

    asyncio.run(scene())


def test_text_that_is_nested_without_end_is_refused_and_the_page_stays() -> None:
    async def scene() -> None:
        async with page() as (_, server), visit(server) as visitor:
            await visitor.send('{"a":' * 12_000)
            assert "reload" in str((await event(visitor, "web.refused")).body["what"])

    asyncio.run(scene())


def test_lines_that_are_only_held_are_closed_and_the_page_opens_all_the_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "REQUEST_S", 0.4)

    async def scene() -> None:
        async with page() as (_, server), visit(server) as watching:
            lines = [await asyncio.open_connection("127.0.0.1", server.door.port) for _ in range(150)]
            for number, (_, writer) in enumerate(lines):
                writer.write([b"", b"G", b"GET / HTTP/1.1\r\nHost: "][number % 3])
            assert (await get(server, f"/?token={TOKEN}")).status == 200
            async with asyncio.timeout(30):
                for reader, _ in lines:
                    await reader.read()
            for _, writer in lines:
                writer.close()
            await watching.ping()
            assert len(server.visits) == 1

    asyncio.run(scene())
