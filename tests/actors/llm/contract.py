"""Contract of llm's engines: each kind, ready to be asked, with a way to make it fail and a way to make it hang."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from actors.llm.engine import LanguageModel
from actors.llm.fake import FakeModel, FakeModelSettings
from actors.llm.openai import OpenaiModel, OpenaiSettings
from actors.llm.persona import PersonaModel, PersonaSettings
from tests.actors.llm.chat_server import ChatServer, Status, Words
from tests.actors.llm.tiny_gguf import write_tiny_gguf

PERSONA = Path(__file__).parents[3] / "topology" / "persona.toml"


def _cannot() -> None:
    pytest.fail("this engine cannot do that")


@dataclass
class Subject:
    """An engine that is loaded. `fail`: its next answer breaks off; `hang`: it stops in the middle; both until `mend`."""

    model: LanguageModel
    fail: Callable[[], None] = _cannot
    hang: Callable[[], None] = _cannot
    mend: Callable[[], None] = lambda: None
    counts_tokens: bool = True


Maker: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Subject]]


@asynccontextmanager
async def fake(_folder: Path) -> AsyncIterator[Subject]:
    """The fake of scenes."""
    model = FakeModel(FakeModelSettings())

    def fail() -> None:
        model.breaks_at = model.given

    def mend() -> None:
        model.breaks_at = -1
        model.gate.set()

    yield Subject(model, fail, model.gate.clear, mend, counts_tokens=False)


@asynccontextmanager
async def persona(_folder: Path) -> AsyncIterator[Subject]:
    """The persona. It has nothing that could fail or hang."""
    model = PersonaModel(PersonaSettings(persona=str(PERSONA), tokens_per_s=5_000))
    yield Subject(model, counts_tokens=False)


@asynccontextmanager
async def llama(folder: Path) -> AsyncIterator[Subject]:
    """The true llama.cpp with a tiny model. It fails and hangs where the computation is."""
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("needs the extra: uv sync --extra llama")
    from actors.llm.llama import LlamaModel, LlamaSettings

    path = folder / "tiny.gguf"
    if not path.exists():
        write_tiny_gguf(path)
    settings = LlamaSettings(model=str(path), n_ctx=4096, threads=1, max_tokens=24, persona=str(PERSONA), examples=2)
    model = LlamaModel(settings)
    go_on = threading.Event()

    def instead(generate: Callable[..., Any]) -> None:
        assert model._library is not None
        model._library._llama.generate = generate

    def fail() -> None:
        def broken(*_args: object, **_options: object) -> Any:
            raise RuntimeError("llama_decode returned -3")
            yield

        instead(broken)

    def hang() -> None:
        def hanging(*_args: object, **_options: object) -> Any:
            yield 270
            go_on.wait(20)

        instead(hanging)

    def mend() -> None:
        go_on.set()
        if model._library is not None:
            vars(model._library._llama).pop("generate", None)

    yield Subject(model, fail, hang, mend)
    mend()


@asynccontextmanager
async def openai(_folder: Path) -> AsyncIterator[Subject]:
    """The client of servers, with a server that follows a script."""
    words = ("Hello", " there,", " привіт", " 👋", ".")
    async with ChatServer(script=[Words(words)]).running() as server:
        model = OpenaiModel(OpenaiSettings(url=server.url, start_s=0, persona=str(PERSONA), examples=2))

        def fail() -> None:
            server.script = [Status(500)]

        def hang() -> None:
            server.script = [Words(words[:1], then="hang")]

        def mend() -> None:
            server.script = [Words(words)]

        yield Subject(model, fail, hang, mend)


KINDS: dict[str, Maker] = {"fake": fake, "persona": persona, "llama": llama, "openai": openai}
