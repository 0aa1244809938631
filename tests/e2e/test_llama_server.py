"""The openai engine against a true llama.cpp server in a process of its own, with a tiny model."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from actors.llm.openai import OpenaiModel, OpenaiSettings
from bus.errors import Broken
from bus.messages import Line
from tests.actors.llm.tiny_gguf import write_tiny_gguf

ROOT = Path(__file__).parents[2]

if sys.platform != "linux":
    pytest.skip("only on Linux: other systems have no package of that server", allow_module_level=True)
if importlib.util.find_spec("xllamacpp") is None:
    pytest.skip("needs the server: uv sync", allow_module_level=True)

pytestmark = pytest.mark.e2e


class Server:
    """The process; may be killed, and started again at the same address."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns when it listens; it may still load."""
        port = self.url.rpartition(":")[2].partition("/")[0] or "0"
        command = [sys.executable, "-m", "tests.e2e.llama_server", str(self._model), port]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip() + "/v1"

    def kill(self) -> None:
        """As a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def decoded(self) -> tuple[bool, int]:
        """Whether it writes just now, and how many tokens it wrote of the last answer."""
        (slot,) = httpx.get(self.url.replace("/v1", "/slots"), trust_env=False).json()
        return slot["is_processing"], slot["next_token"][0]["n_decoded"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf"))
    server.start()
    yield server
    server.kill()


async def model_of(server: Server, max_tokens: int = 16) -> OpenaiModel:
    model = OpenaiModel(OpenaiSettings(url=server.url, temperature=0, max_tokens=max_tokens, context_tokens=100_000))
    await model.load()
    return model


async def said(model: OpenaiModel, *lines: Line, begun: str = "") -> str:
    async with model.reply(lines, begun) as pieces:
        return "".join([piece async for piece in pieces])


def test_a_conversation_reads_only_what_is_new_and_goes_on_where_it_was_begun(server: Server) -> None:
    async def scene() -> None:
        model = await model_of(server)
        question = Line("user", "hello, привіт", 1)
        answer = await said(model, question)
        before = model.cost
        assert answer and before.tokens == 16
        await said(model, question, Line("assistant", answer, 1, interrupted=True), Line("user", "again?", 2))
        assert before.prompt_tokens <= model.cost.reused_tokens < model.cost.prompt_tokens

        begun = " ".join(answer.split()[:3])
        rest = await said(model, question, begun=begun)
        assert rest.startswith(" ") and not rest.startswith(f" {begun}")
        assert await said(model, question) == answer
        await model.close()

    asyncio.run(scene())


def test_more_than_it_has_room_for_is_cut_by_turns(server: Server) -> None:
    async def scene() -> None:
        model = await model_of(server)
        lines = [Line("user" if i % 2 == 0 else "assistant", "слово " * 60, 1 + i // 2) for i in range(41)]
        assert await said(model, *lines)
        assert 0 < model.cost.left_out < len(lines)
        await model.close()

    asyncio.run(scene())


def test_leaving_an_answer_stops_the_server(server: Server) -> None:
    async def scene() -> int:
        model = await model_of(server, max_tokens=3000)
        async with model.reply([Line("user", "hello")], "") as pieces:
            await anext(pieces)
        for _ in range(500):
            busy, decoded = server.decoded()
            if not busy:
                break
            await asyncio.sleep(0.01)
        assert not busy
        await model.close()
        return decoded

    assert asyncio.run(scene()) < 1500


def test_a_server_that_is_killed_in_an_answer_is_told_and_used_again_when_it_is_back(server: Server) -> None:
    async def scene() -> None:
        model = await model_of(server, max_tokens=3000)
        heard = 0
        with pytest.raises(Broken, match="cut in the middle"):
            async with model.reply([Line("user", "hello")], "") as pieces:
                async for _ in pieces:
                    heard += 1
                    if heard == 1:
                        server.kill()
        assert heard < 3000
        with pytest.raises(Broken, match="no server answers"):
            await said(model, Line("user", "hello"))
        server.start()
        assert await said(model, Line("user", "hello"))
        await model.close()

    asyncio.run(scene())
