"""Typed words for the avatar: what a person gives it to say, or asks it in writing."""

from __future__ import annotations

import queue
from collections.abc import Callable

import msgspec

from actors.unspeakable import has_words
from bus.client import Client
from bus.clock import MS, SECOND, now_ns
from bus.errors import Broken, Gone, Wrong
from bus.messages import Ask, Caption, Say, UserSaid

MAX_CHARACTERS = 4_000
TAKEN_S = 10.0
LOOK_S = 0.25

TAKES = (UserSaid, Caption)
"""What a client must take so that `answer_to` can hear the answer."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard of the avatar's answer to a typed question."""

    turn: int
    question: str
    answer: str
    interrupted: bool
    took_ms: float
    """From the asking to the last word heard."""


def checked(text: str) -> str:
    """The text without blanks around it. Raises Wrong when nothing is left or it is too long."""
    words = text.strip()
    if not words:
        raise Wrong("there is no text", 'give it in quotes, or "-" to read it from stdin')
    if len(words) > MAX_CHARACTERS:
        raise Wrong(f"the text has {len(words):,} characters, the limit is {MAX_CHARACTERS:,}", "give it in pieces")
    return words


def speakable(text: str) -> str:
    """The text, if a voice can make a sound of it. Raises Wrong."""
    if not has_words(text):
        raise Wrong(
            "there is nothing in the text that a voice can say", "write words; emoji and marks alone are silent"
        )
    return text


def hand_over(client: Client, message: Ask | Say) -> int:
    """Gives it to the turn-manager and waits until it is taken; its id. Raises Gone."""
    try:
        return client.send(message, timeout_s=TAKEN_S)
    except Gone:
        raise Gone(
            f"nobody took the text within {TAKEN_S:g} s", "see whether turn-manager runs: avatar status"
        ) from None


def answer_to(client: Client, question: str, *, alive: Callable[[], object], timeout_s: float) -> Reply:
    """Asks, and waits until the answer was heard. Raises Broken when none was heard in time, Gone when the call ends."""
    begun_ns = now_ns()
    asked = hand_over(client, Ask(text=question))
    deadline = begun_ns + int(timeout_s * SECOND)
    turn = None
    while now_ns() < deadline:
        try:
            delivery = client.deliveries.get(timeout=LOOK_S)
        except queue.Empty:
            if not alive():
                raise Gone("the call has ended before the answer was heard", "see: avatar logs") from None
            continue
        match delivery.message:
            case UserSaid() if delivery.header.parent == asked:
                turn = delivery.header.turn
            case Caption(done=True) as heard if delivery.header.turn == turn:
                took_ms = round((now_ns() - begun_ns) / MS, 1)
                assert turn is not None
                return Reply(
                    turn=turn, question=question, answer=heard.text, interrupted=heard.interrupted, took_ms=took_ms
                )
            case _:
                pass
    raise Broken(f"no answer was heard within {timeout_s:g} s", "see: avatar status, avatar logs llm")
