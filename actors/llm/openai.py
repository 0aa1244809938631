"""Openai: any server of the OpenAI chat API, near or far: llama-server, vLLM, SGLang, Ollama, a paid service."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

import msgspec

from actors.llm.answer_text import AnswerText
from actors.llm.chat import Said, chat_of, with_system
from actors.llm.context import Context
from actors.llm.engine import Cost
from actors.llm.instructions import instructions
from actors.llm.openai_answer import Refusal
from actors.llm.openai_request import Json, request_body
from actors.llm.openai_server import Again, OpenaiServer
from actors.llm.persona_file import read_persona
from actors.readiness import Readiness, reach
from actors.secret import NAME, secret
from bus.clock import SECOND, now_ns, sleep_until
from bus.errors import Broken, Wrong
from bus.messages import Line

log = logging.getLogger(__name__)

BYTES_A_TOKEN = 3
"""English has about 4, Ukrainian 5 to 6 (two bytes a letter): a guess that rather leaves something out."""
SMALLEST_ROOM = 256
SHRINK = 0.7

Seconds = Annotated[float, msgspec.Meta(gt=0, le=600)]


class OpenaiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the server is, which model, whose words, how long it may take."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/@]+(/[^\s@]*)?$")] = "http://127.0.0.1:8080/v1"
    """Address of the API; it usually ends in /v1."""
    model: str = ""
    """Name of the model; empty: the only one that the server has."""
    api_key: Annotated[str, msgspec.Meta(pattern=f"^$|{NAME}")] = ""
    """Name of the variable that holds the key, in the environment or in the file .env. Never the key itself."""
    persona: Annotated[str, msgspec.Meta(extra={"path": "input"})] = ""
    """Persona file: its name, its `about` and its answers tell the model who it is."""
    examples: Annotated[int, msgspec.Meta(ge=0, le=500)] = 24
    """So many answers of the persona file are shown to the model, of each language alike."""
    style: str = ""
    """What else it is told about how to speak, in your words."""
    context_tokens: Annotated[int, msgspec.Meta(ge=512, le=2_000_000)] = 8192
    """The server's context. Older turns are left out before it is full; counted roughly, and fewer when the server says so."""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 256
    """Longest answer."""
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.6
    """0: always the likeliest word."""
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.95
    """Among the likeliest tokens that make up this share."""
    stop: tuple[str, ...] = ()
    """Texts that end the answer."""
    extra: dict[str, bool | int | float | str] = {}
    """Other fields of the request, such as reasoning_effort = "none"."""
    start_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 60.0
    """How long a server may take to start and to load its model."""
    connect_s: Seconds = 3.0
    """Longest wait for a connection."""
    first_token_s: Seconds = 20.0
    """Longest wait for the first word."""
    between_s: Seconds = 10.0
    """Longest wait for each word behind it."""
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """How often a request is made when it fails before the first word."""


class OpenaiModel:
    """Answers with the words of a server. Leaving an answer closes its connection: by that the server knows to stop."""

    Settings: ClassVar = OpenaiSettings
    examines: ClassVar[Mapping[str, Callable[[Path], object]]] = {"persona": read_persona}

    def __init__(self, settings: OpenaiSettings) -> None:
        self.settings = settings
        self.cost = Cost()
        self._server: OpenaiServer | None = None
        self._system = ""
        self._own_role = True
        self._take_room(settings.context_tokens)

    @classmethod
    def ready(cls, settings: OpenaiSettings) -> Readiness:
        """Whether the server takes connections, and the key is there."""
        try:
            if settings.api_key:
                secret(settings.api_key)
        except Wrong as error:
            return Readiness(ok=False, why=error.what, todo=error.todo)
        return reach(settings.url)

    async def load(self) -> None:
        """Waits until the server can answer. Raises Wrong for a key, model or file that it cannot use, Fatal when the server
        is not there."""
        settings = self.settings
        logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each request, with its address
        persona = read_persona(Path(settings.persona)) if settings.persona else None
        self._system = instructions(persona, style=settings.style, examples=settings.examples)
        key = secret(settings.api_key) if settings.api_key else ""
        await self.close()
        self._server = OpenaiServer(settings.url, key, settings.api_key, settings.connect_s)
        await self._server.meet(settings.model, settings.start_s)
        self._take_room(min(settings.context_tokens, self._server.context or settings.context_tokens))
        figures = {
            "server": urlsplit(settings.url).hostname,
            "model": self._server.model,
            "dialect": self._server.dialect,
        }
        log.info("server found", extra=figures)

    @asynccontextmanager
    async def reply(self, conversation: Sequence[Line], begun: str) -> AsyncIterator[AsyncIterator[str]]:
        """The answer as the server writes it. Raises Broken when it fails, in the middle of the words too."""
        async with aclosing(self._stream(conversation, begun)) as pieces:
            yield pieces

    def _take_room(self, context: int) -> None:
        self._room = context - min(self.settings.max_tokens, context // 2)
        self._context = Context(self._room, self._size)

    async def _stream(self, conversation: Sequence[Line], begun: str) -> AsyncGenerator[str, None]:
        text = AnswerText(self.settings.stop, begun)
        failures = 0
        while True:
            heard = False
            try:
                async with aclosing(self._attempt(conversation, begun)) as written:
                    async for piece in written:
                        heard = True
                        yield text.hear(piece)
                        if text.ended:
                            return
                yield text.finish()
            except Again as error:
                failures += not error.changed
                if heard or failures >= self.settings.tries:
                    raise Broken(error.what, error.todo) from error
                log.warning("asked again: %s", error.what)
                await sleep_until(now_ns() + round(error.wait_s * SECOND))
            else:
                return

    async def _attempt(self, conversation: Sequence[Line], begun: str) -> AsyncGenerator[str, None]:
        assert self._server is not None, "load() first"
        lines = self._context.fit(conversation)
        left_out = len(conversation) - len(lines)
        body = request_body(self._server.dialect, self._chat(lines), begun, self._options(), self.settings.extra)
        events = self._server.ask(body, self.settings.first_token_s, self.settings.between_s, self._adapt)
        self.cost = Cost(left_out=left_out)
        async with aclosing(events) as chunks:
            async for chunk in chunks:
                self.cost = chunk.cost(left_out) or self.cost
                if chunk.text:
                    yield chunk.text

    def _chat(self, lines: Sequence[Line]) -> Sequence[Said]:
        return with_system(self._system, chat_of(lines), own_role=self._own_role)

    def _options(self) -> dict[str, Json]:
        assert self._server is not None
        settings = self.settings
        options: dict[str, Json] = {
            "model": self._server.model,
            "max_tokens": settings.max_tokens,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
        }
        return options | ({"stop": list(settings.stop)} if settings.stop else {})

    def _size(self, lines: Sequence[Line]) -> int:
        return sum(len(said.text.encode()) // BYTES_A_TOKEN + 8 for said in self._chat(lines))

    def _adapt(self, refusal: Refusal) -> bool:
        """Whether something was changed after which the server may take the request."""
        if refusal.no_system and self._own_role:
            self._own_role = False
            return True
        if refusal.overflow and self._room > SMALLEST_ROOM:
            self._room = round(self._room * SHRINK)
            self._context = Context(self._room, self._size)
            return True
        return False

    async def close(self) -> None:
        """Closes the connections; may be called twice."""
        if self._server is not None:
            server, self._server = self._server, None
            await server.close()
