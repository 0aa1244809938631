"""Speech server: the connection to one. Asks it for sound, waits no longer than told, says in plain words what went wrong.

A server's own text is never shown: it may quote what was to be said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import msgspec

from actors.readiness import Readiness, is_here, reach
from actors.secret import secret
from actors.weights import Weights
from bus.clock import SECOND, now_ns, sleep_until
from bus.errors import Broken, Fatal, Wrong

if TYPE_CHECKING:
    import httpx

LOOK_S = 0.5
"""A server that starts is asked so often whether it is there."""
SEE_LOG = "see the server's log"
URL = r"^https?://[^\s/@]+(/[^\s@]*)?$"


class Again(Broken):
    """A failure before any sound, so that asking again can help."""


class SpeechServer:
    """One server. `key_name`: the variable that holds its key; empty: none is needed. Raises Wrong without the key."""

    def __init__(self, url: str, key_name: str, connect_s: float) -> None:
        import httpx

        self._httpx = httpx
        self.url = url.rstrip("/")
        self._key_name = key_name
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {secret(key_name)}"} if key_name else {},
            timeout=httpx.Timeout(None, connect=connect_s),
            trust_env=not is_here(url),
        )

    async def get(self, path: str, limit_s: float) -> httpx.Response | None:
        """The answer; None when the server does not know the path. Raises Again, Wrong or Broken."""
        try:
            async with asyncio.timeout(limit_s):
                response = await self._client.get(self.url + path, headers={"Accept": "application/json"})
        except TimeoutError as error:
            raise Again(f"the server at {self.url} does not answer", SEE_LOG) from error
        except self._httpx.RequestError as error:
            raise self._lost(error) from error
        if response.status_code in (404, 405):
            return None
        self._check(response.status_code)
        return response

    async def wait_for(self, path: str, start_s: float) -> httpx.Response | None:
        """The answer of a server that may have to start first. Raises Fatal when it does not."""
        until = now_ns() + round(start_s * SECOND)
        while True:
            try:
                return await self.get(path, max(start_s, 2.0))
            except Again as error:
                if now_ns() >= until:
                    raise Fatal(error.what, error.todo) from error
                await sleep_until(now_ns() + round(LOOK_S * SECOND))

    async def ask(
        self, path: str, content: bytes, content_type: str, first_s: float, between_s: float
    ) -> AsyncGenerator[tuple[str, bytes], None]:
        """The content type and each piece of the answer's body. Raises Again before the first piece, Broken behind it."""
        clock = asyncio.get_running_loop().time
        deadline, begun = clock() + first_s, False
        headers = {"Content-Type": content_type}
        try:
            request = self._client.build_request("POST", self.url + path, content=content, headers=headers)
            async with asyncio.timeout_at(deadline):
                response = await self._client.send(request, stream=True)
            try:
                self._check(response.status_code)
                kind, pieces = response.headers.get("content-type", ""), response.aiter_bytes()
                while True:
                    async with asyncio.timeout_at(deadline):
                        piece = await anext(pieces, None)
                    if piece is None:
                        return
                    begun, deadline = True, clock() + between_s
                    yield kind, piece
            finally:
                await response.aclose()
        except TimeoutError as error:
            wait = f"{between_s:g} s in the middle of its sound" if begun else f"{first_s:g} s before any sound"
            kind = Broken if begun else Again
            raise kind(f"the server was silent for {wait}", SEE_LOG) from error
        except self._httpx.RequestError as error:
            raise self._lost(error) from error

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    def _check(self, status: int) -> None:
        if status < 300:
            return
        if status in (401, 403):
            todo = f"correct {self._key_name}" if self._key_name else "name its key: api_key = ..."
            raise Wrong(f"the server at {self.url} refuses the key ({status})", todo)
        kind = Again if status >= 500 or status == 429 else Broken
        raise kind(f"the server refused to speak ({status})", SEE_LOG)

    def _lost(self, error: httpx.RequestError) -> Again:
        if isinstance(error, self._httpx.ConnectError | self._httpx.ConnectTimeout):
            return Again(f"no server answers at {self.url}", "start it, or correct url")
        return Again("the server closed the connection before its sound was whole", SEE_LOG)


def ready(url: str, key_name: str, model: Weights | None = None) -> Readiness:
    """Whether the server takes connections, and the key is there. `model`: one for a server on this machine that is not there."""
    try:
        if key_name:
            secret(key_name)
    except Wrong as error:
        return Readiness(ok=False, why=error.what, todo=error.todo)
    found = reach(url)
    if found.ok or model is None or not model.missing or not is_here(url):
        return found
    return msgspec.structs.replace(found, todo=f"{found.todo}; a model for it: {model.how}")
