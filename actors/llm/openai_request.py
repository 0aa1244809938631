"""OpenAI request: what a server of that API is asked, in the words of the server that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from actors.llm.chat import Said

Dialect: TypeAlias = Literal["llama-server", "vllm", "plain"]
"""Servers differ in what else they take: a field that one needs, another refuses."""

GO_ON = "(You were cut off. Go on with the very next word, and repeat nothing.)"
"""To a server that cannot be given the beginning of its answer."""

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json]"


def dialect_of(owner: str) -> Dialect:
    """Which server it is, told by the owner of its models."""
    return {"llamacpp": "llama-server", "vllm": "vllm"}.get(owner, "plain")  # type: ignore[return-value]


def request_body(
    dialect: Dialect, chat: Sequence[Said], begun: str, options: Mapping[str, Json], extra: Mapping[str, Json]
) -> dict[str, Json]:
    """The body of POST /chat/completions. `options`: fields that all servers know; `extra`: those of the plan, which win."""
    messages = [{"role": said.role, "content": said.text} for said in chat]
    body: dict[str, Json] = {"stream": True, "stream_options": {"include_usage": True}, **options}
    if begun:
        messages.append({"role": "assistant", "content": begun})
        if dialect == "plain":
            messages.append({"role": "user", "content": GO_ON})
    if dialect != "plain":
        body["chat_template_kwargs"] = {"enable_thinking": False}
    if dialect == "llama-server":
        body["cache_prompt"] = True
    if dialect == "vllm" and begun:
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    return {**body, "messages": messages, **extra}
