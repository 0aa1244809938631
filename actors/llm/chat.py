"""Chat: the conversation as language models take it, user and assistant in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bus.messages import Line

CALL_BEGINS = "(The call begins.)"
"""Stands for a user who has not said anything yet: many models refuse a conversation that the assistant begins."""
CUT_OFF = "…"
"""Behind words of the assistant that were the last ones heard."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who said what."""

    role: Literal["system", "user", "assistant"]
    text: str


def chat_of(lines: Iterable[Line]) -> tuple[Said, ...]:
    """The lines, neighbours of one role joined; begins and ends with the user, whatever was given. What is no text (half
    characters, NUL) is left out or shown as "?"."""
    chat: list[Said] = []
    for said in _spoken(lines):
        if not chat and said.role == "assistant":
            chat.append(Said("user", CALL_BEGINS))
        if chat and chat[-1].role == said.role:
            chat[-1] = Said(said.role, f"{chat[-1].text}\n{said.text}")
        else:
            chat.append(said)
    if not chat or chat[-1].role == "assistant":
        chat.append(Said("user", CUT_OFF if chat else CALL_BEGINS))
    return tuple(chat)


def with_system(system: str, chat: Sequence[Said], *, own_role: bool) -> tuple[Said, ...]:
    """The system text before all that was said; where a model knows no such role, in the user's first words."""
    if not system:
        return tuple(chat)
    if own_role:
        return (Said("system", system), *chat)
    return (Said("user", f"{system}\n\n{chat[0].text}"), *chat[1:])


def _spoken(lines: Iterable[Line]) -> Iterator[Said]:
    for line in lines:
        text = line.text.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()
        if not text:
            continue
        cut = line.interrupted and not text.endswith((CUT_OFF, "..."))
        yield Said(line.role, text + CUT_OFF if cut else text)
