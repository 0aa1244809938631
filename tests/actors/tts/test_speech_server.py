"""Speech server: what is not there, refuses or is silent, in plain words."""

from __future__ import annotations

import asyncio

import pytest

from actors.tts.speech_server import Again, SpeechServer, ready
from bus.errors import Fatal, Wrong
from tests.actors.tts.speaking_server import speaking_server


def test_a_server_that_does_not_come_is_waited_for_only_so_long() -> None:
    async def scene() -> None:
        server = SpeechServer("http://127.0.0.1:9", "", 1.0)
        with pytest.raises(Fatal, match="no server answers"):
            await server.wait_for("/", 0)
        await server.close()

    asyncio.run(scene())


def test_a_key_that_is_refused_and_one_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_KEY", "right")

    async def scene() -> None:
        with speaking_server() as there:
            there.key = "right"
            server = SpeechServer(there.url, "SPEECH_KEY", 1.0)
            assert await server.get("/v1/references/list", 5) is not None
            there.key = "other"
            with pytest.raises(Wrong, match="refuses the key"):
                await server.get("/v1/references/list", 5)
            await server.close()

    asyncio.run(scene())
    assert not ready("http://127.0.0.1:9", "NO_SUCH_KEY").ok


def test_a_busy_server_is_not_waited_for_for_ever() -> None:
    async def scene() -> None:
        with speaking_server() as there, there.busy:
            server = SpeechServer(there.url, "", 1.0)
            with pytest.raises(Again, match="does not answer"):
                await server.get("/v1/references/list", 0.1)
            await server.close()

    asyncio.run(scene())
