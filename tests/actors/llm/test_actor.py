"""Scenes of llm: prompts in, tokens out, and never silence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from actors.llm.actor import EMPTY, Llm
from actors.llm.engine import Cost
from actors.llm.fake import FakeModel, FakeModelSettings
from bus.messages import AnswerBegun, AnswerCost, AnswerDone, Line, Message, Prompt, Token
from bus.rehearsal import Rehearsal

PERSONA = Path(__file__).parents[3] / "topology" / "persona.toml"


def prompt(text: str, language: str = "en") -> Prompt:
    return Prompt(lines=(Line("user", text),), language=language)


def heard(stage: Rehearsal) -> list[Message]:
    """What goes on to the chunker."""
    return [message for message in stage.take() if not isinstance(message, AnswerBegun | AnswerCost)]


def perform(scene: Callable[[Rehearsal, FakeModel], Awaitable[None]], *tokens: str) -> None:
    async def run() -> None:
        model = FakeModel(FakeModelSettings(tokens=tokens))
        async with Rehearsal(Llm(model)) as stage:
            await scene(stage, model)
        assert not model.loaded

    asyncio.run(run())


def test_tokens_are_counted_and_joined_they_are_the_answer() -> None:
    async def scene(stage: Rehearsal, model: FakeModel) -> None:
        await stage.send(prompt("Well?"))
        assert heard(stage) == [
            Token(index=0, text="I "),
            Token(index=1, text="do."),
            AnswerDone(tokens=2, language="en"),
        ]
        assert model.asked == [(Line("user", "Well?"),)]

    perform(scene, "I ", "", "do.")


def test_an_empty_answer_becomes_an_honest_line(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(stage: Rehearsal, _: FakeModel) -> None:
        with caplog.at_level(logging.WARNING):
            await stage.send(prompt("Що?", "uk"))
        assert heard(stage) == [
            Token(index=0, text=" "),
            Token(index=1, text=EMPTY["uk"]),
            AnswerDone(tokens=2, language="uk"),
        ]
        assert "empty answer" in caplog.text

    perform(scene, " ")


def test_a_barge_in_stops_the_model_before_the_next_token() -> None:
    async def scene(stage: Rehearsal, model: FakeModel) -> None:
        model.gate.clear()
        thinking = asyncio.ensure_future(stage.send(prompt("Tell me a story")))
        await model.begun.wait()
        thinking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await thinking
        assert (model.given, model.stopped) == (0, 1)
        assert stage.take() == []

    perform(scene, "Once ", "upon ")


@pytest.mark.parametrize(("breaks_at", "said"), [(0, EMPTY["en"]), (1, "Once ")])
def test_an_answer_that_breaks_off_ends_decently_and_says_why_to_those_who_watch(breaks_at: int, said: str) -> None:
    async def scene(stage: Rehearsal, model: FakeModel) -> None:
        model.breaks_at = breaks_at
        await stage.send(prompt("Tell me a story"))
        assert [cost.failed for cost in stage.of(AnswerCost)] == ["the fake broke"]
        assert heard(stage) == [Token(index=0, text=said), AnswerDone(tokens=1, language="en")]

    perform(scene, "Once ", "upon ")


def test_what_an_answer_took_is_told_when_it_is_done() -> None:
    async def scene(stage: Rehearsal, model: FakeModel) -> None:
        model.cost = Cost(prompt_tokens=90, reused_tokens=80)
        await stage.send(prompt("Well?"))
        (cost,) = stage.of(AnswerCost)
        assert (cost.tokens, cost.prompt_tokens, cost.reused_tokens, cost.failed) == (2, 90, 80, "")
        kinds = [type(sent.message) for sent in stage.sent]
        assert kinds.index(AnswerDone) < kinds.index(AnswerCost), "a death between the two costs no words"

    perform(scene, "I ", "do.")


def test_the_real_persona_answers_in_the_language_it_was_asked() -> None:
    async def scene() -> None:
        settings = {"persona": str(PERSONA), "tokens_per_s": 10_000}
        async with Rehearsal(Llm.build("persona", settings)) as stage:
            await stage.send(prompt("Хто тебе створив?", "en"))
            assert stage.of(AnswerDone)[0].language == "uk"
            assert stage.of(AnswerDone)[0].tokens == len(stage.of(Token)) > 8

    asyncio.run(scene())
