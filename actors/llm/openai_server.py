"""OpenAI server: the connection to it. Finds out what it is, asks it, and says in plain words what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

import msgspec

from actors.llm.openai_answer import DONE, Chunk, Model, Models, Refusal, read_chunk, refusal_of
from actors.llm.openai_request import Dialect, Json, dialect_of
from actors.readiness import is_here
from actors.sse import SseReader
from bus.clock import SECOND, now_ns, sleep_until
from bus.errors import Broken, Fatal, Wrong

if TYPE_CHECKING:
    import httpx

LOOK_S = 0.5
"""A server that starts is asked so often whether it is there."""
MOST_BODY = 64 * 1024
"""Bytes of a refusal that are looked at."""
START_IT = "start it (such as: llama-server -m MODEL.gguf --port 8080), or correct url"
SEE_LOG = "see the server's log"


class Again(Broken):
    """A failure before which nothing was said, so that asking again can help. `changed`: it will be asked something else."""

    def __init__(self, what: str, todo: str, wait_s: float = 0.0, *, changed: bool = False) -> None:
        super().__init__(what, todo)
        self.wait_s = wait_s
        self.changed = changed


class OpenaiServer:
    """One server, one model. `key_name`: where its key is, for messages."""

    def __init__(self, url: str, key: str, key_name: str, connect_s: float) -> None:
        import httpx

        self._httpx = httpx
        self._url = url.rstrip("/")
        self._key_name = key_name
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(None, connect=connect_s),
            trust_env=not is_here(url),
        )
        self.model = ""
        self.dialect: Dialect = "plain"
        self.context = 0
        """Tokens that it has room for; 0: it does not tell."""

    async def meet(self, model: str, start_s: float) -> None:
        """Waits for the server, at most `start_s`, and takes `model`, or its only one. Raises Wrong or Fatal."""
        until = now_ns() + round(start_s * SECOND)
        while True:
            try:
                models = await self._models()
            except Again as error:
                if now_ns() >= until:
                    raise Fatal(error.what, error.todo) from error
                await sleep_until(now_ns() + round(LOOK_S * SECOND))
            else:
                break
        self.dialect = dialect_of(models[0].owned_by if models else "")
        names = [each.id for each in models]
        if not model and len(names) != 1:
            raise Wrong(f"the server at {self._url} has {len(names)} models", f"write model = ...{_some(names)}")
        if (
            model and names and model not in names and self.dialect != "llama-server"
        ):  # which takes any name for its one
            raise Wrong(f"the server at {self._url} has no model {model!r}", f"write model = ...{_some(names)}")
        self.model = model or names[0]
        self.context = next((each.context for each in models if each.id == self.model or len(models) == 1), 0)

    async def ask(
        self, body: Mapping[str, Json], first_s: float, between_s: float, adapt: Callable[[Refusal], bool]
    ) -> AsyncGenerator[Chunk, None]:
        """The events of one answer. `adapt`: told of a refusal, says whether to ask anew. Raises Again before the first word,
        Broken behind it."""
        clock = asyncio.get_running_loop().time
        deadline, spoken = clock() + first_s, False
        try:
            request = self._client.build_request("POST", f"{self._url}/chat/completions", json=body)
            async with asyncio.timeout_at(deadline):
                response = await self._client.send(request, stream=True)
            try:
                if response.status_code != self._httpx.codes.OK:
                    async with asyncio.timeout_at(deadline):
                        refusal = self._refusal(response, await _body(response))
                    raise _error(refusal, changed=adapt(refusal))
                async with aclosing(self._events(response)) as events:
                    while (chunk := await _next(events, deadline)) is not None:
                        if chunk.text:
                            spoken, deadline = True, clock() + between_s
                        yield chunk
            finally:
                await response.aclose()
        except TimeoutError as error:
            wait = f"{between_s:g} s between two words" if spoken else f"{first_s:g} s before the first word"
            raise Broken(f"the server said nothing for {wait}", SEE_LOG) from error
        except self._httpx.RequestError as error:
            raise self._lost(error, spoken=spoken) from error

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _events(self, response: httpx.Response) -> AsyncGenerator[Chunk, None]:
        """Until "[DONE]"; a stream that ends without it and without an end of the answer was cut."""
        reader, spoken, complete = SseReader(), False, False
        async for piece in response.aiter_bytes():
            for data in reader.feed(piece):
                if data == DONE:
                    return
                chunk = read_chunk(data)
                spoken, complete = spoken or bool(chunk.text), complete or chunk.ends
                yield chunk
        if not complete:
            kind = Broken if spoken else Again
            raise kind("the server ended its answer in the middle", SEE_LOG)

    async def _models(self) -> list[Model]:
        try:
            async with asyncio.timeout(self._client.timeout.connect or LOOK_S):
                response = await self._client.get(f"{self._url}/models")
        except TimeoutError as error:
            raise Again(f"the server at {self._url} does not answer", SEE_LOG) from error
        except self._httpx.RequestError as error:
            raise self._lost(error, spoken=False) from error
        if response.status_code == self._httpx.codes.NOT_FOUND:
            return []  # not every server has a list
        if response.status_code != self._httpx.codes.OK:
            refusal = self._refusal(response, response.text[:MOST_BODY])
            if refusal.again_s is None:
                raise Wrong(refusal.what, refusal.todo)
            raise Again(refusal.what, refusal.todo)
        try:
            return msgspec.json.decode(response.content, type=Models).data
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise Wrong(f"{self._url} is no OpenAI-compatible API", "correct url; it usually ends in /v1") from error

    def _refusal(self, response: httpx.Response, text: str) -> Refusal:
        after = response.headers.get("retry-after", "")
        return refusal_of(response.status_code, text, after, self.model, self._key_name)

    def _lost(self, error: httpx.RequestError, *, spoken: bool) -> Broken:
        if isinstance(error, self._httpx.ConnectError | self._httpx.ConnectTimeout):
            return Again(f"no server answers at {self._url}", START_IT, LOOK_S)
        if spoken:
            return Broken("the connection to the server was cut in the middle of an answer", SEE_LOG)
        return Again("the server closed the connection without a word", SEE_LOG)


async def _next(events: AsyncIterator[Chunk], deadline: float) -> Chunk | None:
    async with asyncio.timeout_at(deadline):
        return await anext(events, None)


async def _body(response: httpx.Response) -> str:
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BODY:
            break
    return body.decode("utf-8", "replace")


def _error(refusal: Refusal, *, changed: bool) -> Broken:
    if changed or refusal.again_s is not None:
        return Again(refusal.what, refusal.todo, refusal.again_s or 0.0, changed=changed)
    return Broken(refusal.what, refusal.todo)


def _some(names: list[str]) -> str:
    return f" (it has: {', '.join(names[:5])})" if names else ""
