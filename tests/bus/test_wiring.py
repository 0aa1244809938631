"""Scenes of the wiring: a handler's signature is all there is to say."""

from __future__ import annotations

import pytest

from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Final, Sentence, SentencesDone, Token
from bus.wiring import read_wiring


class Chunker(Actor):
    name = "chunker"

    async def on_token(self, token: Token, emit: Emit[Sentence | SentencesDone]) -> None: ...

    async def on_final(self, final: Final) -> None: ...

    async def on_alarm(self, emit: Emit[SentencesDone]) -> None: ...

    async def run(self) -> None: ...


def test_inputs_and_outputs_come_from_the_annotations() -> None:
    wiring = Chunker.wiring
    assert wiring.inputs == (Final, Token)
    assert wiring.outputs == (SentencesDone, Sentence)
    assert wiring.handlers[Token].wants_emit
    assert not wiring.handlers[Final].wants_emit
    assert wiring.alarm is not None
    assert wiring.alarm.emits == (SentencesDone,)
    assert wiring.run is not None
    assert not wiring.run.wants_emit


class Plain:
    def on_token(self, token: Token) -> None: ...


class Untyped:
    async def on_token(self, token): ...  # type: ignore[no-untyped-def]


class Nothing:
    async def on_token(self) -> None: ...


class Extra:
    async def on_token(self, token: Token, other: int) -> None: ...


class Bare:
    async def on_token(self, token: Token, emit: Emit) -> None: ...  # type: ignore[type-arg]


class Odd:
    async def on_token(self, token: Token, emit: Emit[Sentence | int]) -> None: ...  # type: ignore[type-var]


class Twice:
    async def on_token(self, token: Token) -> None: ...

    async def on_piece(self, piece: Token) -> None: ...


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Plain, "must be `async def`"),
        (Untyped, "must take one message"),
        (Nothing, "must take one message"),
        (Extra, "parameters that nobody fills: other"),
        (Bare, "annotate emit as"),
        (Odd, "is not a message type"),
        (Twice, "take the same message"),
    ],
)
def test_a_handler_of_another_shape_is_refused_when_the_class_is_made(kind: type, why: str) -> None:
    with pytest.raises(TypeError, match=why):
        read_wiring(kind)
