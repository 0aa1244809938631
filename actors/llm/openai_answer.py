"""OpenAI answer: what a server of that API sends, and what its refusals mean in plain words.

A server's own text is never shown: some quote the prompt in it, some the key.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from actors.llm.engine import Cost
from bus.errors import Broken

DONE = "[DONE]"
LONGEST_WAIT_S = 2.0
"""Nobody in a call waits longer to be answered at all."""


class Details(msgspec.Struct):
    """Of a prompt's tokens."""

    cached_tokens: int | None = None


class Usage(msgspec.Struct):
    """Tokens that were counted."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: Details | None = None


class Timings(msgspec.Struct):
    """What llama-server tells besides."""

    cache_n: int = 0


class Delta(msgspec.Struct):
    """What is new of an answer."""

    content: str | None = None


class Choice(msgspec.Struct):
    """One of the answers; there is one."""

    delta: Delta = msgspec.field(default_factory=Delta)
    finish_reason: str | None = None


class Chunk(msgspec.Struct):
    """One event of a stream."""

    choices: list[Choice] = []
    usage: Usage | None = None
    timings: Timings | None = None
    error: object = None

    @property
    def text(self) -> str:
        """What is new; servers also send events without any."""
        return (self.choices[0].delta.content or "") if self.choices else ""

    @property
    def ends(self) -> bool:
        """The answer is complete."""
        return bool(self.choices and self.choices[0].finish_reason)

    def cost(self, left_out: int) -> Cost | None:
        """The figures, in the event that has them."""
        if self.usage is None:
            return None
        details = self.usage.prompt_tokens_details
        cached = (details.cached_tokens or 0) if details else 0
        reused = max(cached, self.timings.cache_n if self.timings else 0)
        return Cost(self.usage.prompt_tokens, reused, self.usage.completion_tokens, left_out)


class Meta(msgspec.Struct):
    """What llama-server tells of its model."""

    n_ctx: int = 0


class Model(msgspec.Struct):
    """A model that a server has."""

    id: str
    owned_by: str = ""
    max_model_len: int | None = None
    """vLLM's name for the context."""
    meta: Meta | None = None

    @property
    def context(self) -> int:
        """Tokens that the server has room for; 0: it does not tell."""
        return self.max_model_len or (self.meta.n_ctx if self.meta else 0)


class Models(msgspec.Struct):
    """What GET /models gives."""

    data: list[Model] = []


_CHUNK = msgspec.json.Decoder(Chunk)


def read_chunk(data: str) -> Chunk:
    """One event. Raises Broken for one that is none, or that tells of an error."""
    try:
        chunk = _CHUNK.decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Broken("the server sent an event that is no answer", "is that an OpenAI-compatible server?") from error
    if chunk.error is not None:
        raise Broken("the server broke off with an error of its own", "see the server's log")
    return chunk


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP status other than 200. `again_s`: worth to ask again after so long; None: it is not."""

    what: str
    todo: str
    again_s: float | None = None
    overflow: bool = False
    """The prompt was too long for its context."""
    no_system: bool = False
    """The model knows no system role."""


def refusal_of(status: int, text: str, retry_after: str, model: str, key: str) -> Refusal:
    """What a status means. `text`: the body, looked at for two known troubles; `key`: the name of the variable that holds it."""
    lower = text.lower()
    if status in (401, 403):
        where = f"the key in {key}" if key else "a request without a key"
        return Refusal(f"the server refuses {where} ({status})", 'name its key: api_key = "THE_VARIABLE"')
    if status == 404:
        return Refusal(
            f"the server does not know the model {model!r} or the address (404)",
            "correct model, or url (it ends in /v1)",
        )
    if status == 429:
        wait_s = float(retry_after) if retry_after.replace(".", "", 1).isdigit() else 0.3
        todo = "wait, or raise its limits"
        return Refusal("the server has too much to do (429)", todo, wait_s if wait_s <= LONGEST_WAIT_S else None)
    overflow = "context" in lower and any(word in lower for word in ("exceed", "length", "too long", "maximum"))
    no_system = "system role" in lower or "system message" in lower
    if status in (400, 413, 422) or (
        status == 500 and (overflow or no_system)
    ):  # some name what is asked wrongly their own fault
        return Refusal(f"the server refuses the request ({status})", "see the server's log", None, overflow, no_system)
    if status >= 500:
        return Refusal(f"the server failed ({status})", "see the server's log", 0.3)
    return Refusal(f"the server answers with status {status}", "is that an OpenAI-compatible server?")
