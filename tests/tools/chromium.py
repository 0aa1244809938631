"""Chromium without a window, for tests with a real browser: started as a process, driven over its DevTools WebSocket."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

T = TypeVar("T")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--remote-debugging-port=0",
)
START_S = 30.0
LISTENING = re.compile(rb"DevTools listening on (ws://\S+)")


def find_chromium() -> str | None:
    """Path of a Chromium of this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class _Reply(msgspec.Struct):
    """What comes over the DevTools WebSocket: the reply to a command, or an event."""

    id: int = 0
    method: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")
    result: msgspec.Raw = msgspec.Raw(b"{}")
    error: msgspec.Raw = msgspec.Raw(b"")


class _Value(msgspec.Struct):
    value: msgspec.Raw = msgspec.Raw(b"null")
    description: str = ""


class _Thrown(msgspec.Struct):
    text: str = ""
    exception: _Value = msgspec.field(default_factory=_Value)


class _Evaluated(msgspec.Struct):
    result: _Value
    exceptionDetails: _Thrown | None = None


class _Target(msgspec.Struct):
    targetId: str = ""
    sessionId: str = ""
    data: str = ""


class PageError(AssertionError):
    """A script in the page threw, or a command was refused."""


class Chromium:
    """One page of a browser. `complaints` collects uncaught errors and what the browser logged as an error."""

    def __init__(self, line: ClientConnection) -> None:
        self.complaints: list[str] = []
        self._line = line
        self._session = ""
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[msgspec.Raw]] = {}

    @staticmethod
    @contextlib.asynccontextmanager
    async def launch(microphone: Path | None = None, flags: Sequence[str] = ()) -> AsyncIterator[Chromium]:
        """Starts a browser with a fresh profile; ends it when the block ends.

        `microphone`: absolute path of a WAV that the page's getUserMedia plays, in a loop, from when it asks for it.
        """
        more = [*flags, f"--use-file-for-fake-audio-capture={microphone}"] if microphone else list(flags)
        with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
            async with (
                _process(*FLAGS, *more, f"--user-data-dir={profile}", "about:blank") as address,
                connect(address, max_size=None, compression=None) as line,
            ):
                page = Chromium(line)
                reading = asyncio.create_task(page._read())
                await page._attach()
                try:
                    yield page
                finally:
                    await page._close()
                    await reading

    async def open(self, url: str) -> None:
        """Goes to `url` and waits until it is loaded."""
        await self._call("Page.navigate", {"url": url})
        await self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def evaluate(self, script: str, kind: type[T]) -> T:
        """Value of an expression in the page (a promise is awaited), as `kind`. Raises PageError if it throws."""
        raw = await self._call(
            "Runtime.evaluate",
            {"expression": script, "awaitPromise": True, "returnByValue": True, "userGesture": True},
        )
        done = msgspec.json.decode(raw, type=_Evaluated)
        if thrown := done.exceptionDetails:
            raise PageError(f"{thrown.text} {thrown.exception.description}")
        return msgspec.json.decode(done.result.value, type=kind)

    async def wait_for(self, condition: str, seconds: float = 10.0) -> None:
        """Waits until an expression is true in the page. Raises PageError with the expression when it stays false."""
        script = (
            f"new Promise((done) => {{ const look = () => {{ if ({condition}) done(true);"
            f" else if (performance.now() > end) done(false); else setTimeout(look, 30); }};"
            f" const end = performance.now() + {seconds * 1000}; look(); }})"
        )
        if not await self.evaluate(script, bool):
            raise PageError(f"still not true after {seconds} s: {condition}")

    async def resize(self, width: int, height: int) -> None:
        """Makes the page this large, in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self._call("Emulation.setDeviceMetricsOverride", size)

    async def prefer(self, **features: str) -> None:
        """Sets media features, such as `prefers_color_scheme="light"`."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        await self._call("Emulation.setEmulatedMedia", {"features": named})

    async def screenshot(self) -> bytes:
        """What is seen now, PNG."""
        shot = msgspec.json.decode(await self._call("Page.captureScreenshot", {"format": "png"}), type=_Target)
        return base64.b64decode(shot.data)

    async def _attach(self) -> None:
        raw = await self._call("Target.createTarget", {"url": "about:blank"})
        target = msgspec.json.decode(raw, type=_Target)
        raw = await self._call("Target.attachToTarget", {"targetId": target.targetId, "flatten": True})
        self._session = msgspec.json.decode(raw, type=_Target).sessionId
        for domain in ("Page", "Runtime", "Log"):
            await self._call(f"{domain}.enable", {})

    async def _close(self) -> None:
        self._session = ""
        with contextlib.suppress(ConnectionClosed, PageError):
            await self._call("Browser.close", {})

    async def _call(self, method: str, params: Mapping[str, object]) -> msgspec.Raw:
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.Future[msgspec.Raw]()
        command: dict[str, object] = {"id": number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        await self._line.send(msgspec.json.encode(command).decode())
        return await answer

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._line:
                self._take(msgspec.json.decode(text, type=_Reply))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(PageError("the browser went away"))

    def _take(self, reply: _Reply) -> None:
        if answer := self._waiting.pop(reply.id, None):
            if reply.error:
                answer.set_exception(PageError(bytes(reply.error).decode()))
            else:
                answer.set_result(msgspec.Raw(bytes(reply.result)))
        elif reply.method == "Runtime.exceptionThrown" or (
            reply.method == "Log.entryAdded" and b'"level":"error"' in bytes(reply.params)
        ):
            self.complaints.append(bytes(reply.params).decode())


@contextlib.asynccontextmanager
async def _process(*flags: str) -> AsyncIterator[str]:
    """Runs the browser for the time of the block; gives the address of its DevTools."""
    program = find_chromium()
    assert program, "look for it with find_chromium() first"
    nothing, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(program, *flags, stdout=nothing, stderr=pipe)
    assert process.stderr
    try:
        async with asyncio.timeout(START_S):
            address = await _address(process.stderr)
        draining = asyncio.create_task(_drain(process.stderr))
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    await draining


async def _address(lines: asyncio.StreamReader) -> str:
    async for line in lines:
        if found := LISTENING.search(line):
            return found[1].decode()
    raise PageError("the browser ended before it listened")


async def _drain(lines: asyncio.StreamReader) -> None:
    async for _ in lines:
        pass
