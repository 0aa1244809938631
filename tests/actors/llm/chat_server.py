"""Chat server of scenes: a true HTTP server on this machine that follows a script, faults included. Written on bare sockets,
so that it can do what a well-behaved server would not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

MODELS: dict[str, object] = {"data": [{"id": "tiny", "owned_by": "vllm"}]}


FAR = 1_000_000
"""Bytes that are announced, and do not come."""


@dataclass(frozen=True)
class Words:
    """Answers with these words. `then`: what comes behind them: "done", an end without a mark of it ("cut"), a connection
    that is torn ("tear"), or nothing for ever ("hang")."""

    words: Sequence[str] = ("Hello", " ", "there.")
    then: str = "done"
    cached: int = 0


@dataclass(frozen=True)
class Status:
    """Refuses."""

    status: int
    body: str = "{}"
    headers: str = ""


@dataclass(frozen=True)
class Raw:
    """Sends these bytes as events; or closes without a word."""

    data: bytes = b""


Act: TypeAlias = "Words | Status | Raw"


@dataclass
class ChatServer:
    """`script`: one act for each question, the last one for all that follow. `asked`: the bodies of the questions."""

    script: list[Act] = field(default_factory=lambda: [Words()])
    models: Act | dict[str, object] = field(default_factory=lambda: MODELS)
    asked: list[dict[str, object]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    met: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody asked for the list of models."""
    questioned: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody left before the answer was complete."""
    url: str = ""

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[ChatServer]:
        """Serves until the block is left."""
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await self._serve(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.left.set()
            finally:
                tasks.discard(task)
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        try:
            yield self
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        if head.startswith("GET"):
            self.met.set()
            await self._play(self.models, reader, writer)
            return
        length = next(
            int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")
        )
        self.asked.append(json.loads(await reader.readexactly(length)))
        self.questioned.set()
        await self._play(self.script.pop(0) if len(self.script) > 1 else self.script[0], reader, writer)

    async def _play(
        self, act: Act | dict[str, object], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        match act:
            case Status(status, body, headers):
                writer.write(_head(f"{status} No", headers, len(body.encode())) + body.encode())
            case Raw(data):
                writer.write((_head("200 OK", "Content-Type: text/event-stream\r\n") if data else b"") + data)
            case Words():
                await self._speak(act, reader, writer)
                return
            case _:
                body = json.dumps(act)
                writer.write(_head("200 OK", "", len(body)) + body.encode())
        await writer.drain()

    async def _speak(self, act: Words, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = FAR if act.then == "tear" else -1
        writer.write(_head("200 OK", "Content-Type: text/event-stream\r\n", length) + b": ping\n\n")
        writer.write(_event({"choices": [{"delta": {"role": "assistant", "content": None}}]}))
        for word in act.words:
            writer.write(_event({"choices": [{"delta": {"content": word}}]}))
            await writer.drain()
        if act.then == "hang":
            await reader.read()
            self.left.set()
        elif act.then == "done":
            writer.write(_event({"choices": [{"delta": {}, "finish_reason": "stop"}]}))
            details = {"cached_tokens": act.cached}
            usage = {"prompt_tokens": 90, "completion_tokens": len(act.words), "prompt_tokens_details": details}
            writer.write(_event({"choices": [], "usage": usage}) + b"data: [DONE]\n\n")
            await writer.drain()


def _head(status: str, headers: str, length: int = -1) -> bytes:
    size = f"Content-Length: {length}\r\n" if length >= 0 else ""
    return f"HTTP/1.1 {status}\r\n{headers}{size}Connection: close\r\n\r\n".encode()


def _event(data: dict[str, object]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
