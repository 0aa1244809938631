"""Scenes of the persona: the right answer, in the right language, word by word."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from actors.llm.persona import NOTHING, PersonaModel, PersonaSettings
from actors.llm.persona_file import read_persona
from bus.clock import MS, SECOND, now_ns
from bus.messages import Line

PATH = Path(__file__).parents[3] / "topology" / "persona.toml"
TRACE = Path(__file__).parents[2] / "traces" / "conversation.txt"
IN_THE_TRACE = {
    "hello tell me who you are": "who are you",
    "what happens if one of your parts crashes": "what happens if one of your parts crashes",
    "wait sorry who made you": "who made you",
    "okay and is my data private": "is my data private",
    "how fast do you answer": "how fast do you answer",
    "that was all for today goodbye": "goodbye",
}


def persona(words_per_s: float = 10_000) -> PersonaModel:
    model = PersonaModel(PersonaSettings(persona=str(PATH), tokens_per_s=words_per_s))
    asyncio.run(model.load())
    return model


MODEL = persona()
FILE = read_persona(PATH)


def said(*user: str) -> str:
    lines = [Line("assistant", "Hello.")]
    for text in user:
        lines += [Line("user", text), Line("assistant", "Well")]
    return MODEL.answer(lines[:-1])


def test_every_line_of_the_recorded_conversation_finds_its_answer() -> None:
    recorded = [line.strip() for line in TRACE.read_text("utf-8").splitlines() if line.strip()]
    assert recorded
    for line in recorded:
        found = MODEL.find(line)
        assert found != NOTHING, line
        assert line not in IN_THE_TRACE or FILE.answers[found].questions[0] == IN_THE_TRACE[line]


def test_the_first_word_comes_at_once_and_the_rest_at_its_pace() -> None:
    async def scene() -> list[str]:
        model = PersonaModel(PersonaSettings(persona=str(PATH), tokens_per_s=200))
        await model.load()
        begun = now_ns()
        words: list[str] = []
        async with model.reply([Line("user", "Hello, who are you?")], "") as pieces:
            async for piece in pieces:
                if not words:
                    assert now_ns() - begun < 100 * MS
                words.append(piece)
        assert now_ns() - begun > (len(words) - 1) * 5 * MS
        await model.close()
        return words

    words = asyncio.run(scene())
    assert all(word.endswith(" ") for word in words[:-1])
    assert "".join(words) == said("Who are you?")
    assert "Nova" in "".join(words)


def test_leaving_early_stops_the_words() -> None:
    async def scene() -> None:
        async with MODEL.reply([Line("user", "How do you work?")], "") as pieces:
            async for _ in pieces:
                break
        with pytest.raises(StopAsyncIteration):
            await anext(pieces)

    asyncio.run(scene())


def test_what_it_does_not_know_it_says_in_turn_and_in_the_language_of_the_question() -> None:
    first, second = (
        said("What is the capital of France?"),
        said("What is the capital of France?", "How do I bake bread?"),
    )
    assert first in FILE.unknown["en"] and second in FILE.unknown["en"] and first != second
    assert said("Яка столиця Франції?") in FILE.unknown["uk"]


def test_asked_again_it_says_the_same_thing_differently() -> None:
    assert said("Who are you?") != said("Who are you?", "Sorry, who are you?")
    assert said("Who are you?") == said("How do you work?", "Who are you?")


def test_of_a_long_speech_the_question_at_its_end_is_answered_at_once() -> None:
    begun = now_ns()
    assert MODEL.find("well " * 30_000 + "who made you") == MODEL.find("who made you") != NOTHING
    assert now_ns() - begun < 5 * SECOND  # 40 s when every word was looked at


def test_without_words_it_greets() -> None:
    assert MODEL.answer([]) == FILE.greeting["en"]
    assert said("...") == FILE.greeting["en"]


def test_the_example_answers_fit_into_a_conversation() -> None:
    assert len(FILE.answers) >= 48
    assert sum(bool(re.search("[а-яіїєґ]", answer.questions[0])) for answer in FILE.answers) >= 12
    for answer in FILE.answers:
        for text in answer.answers:
            assert len(text) / 15 <= 16, text  # seconds of speech
            assert all(len(sentence.split()) <= 26 for sentence in re.split(r"(?<=[.!?]) ", text)), text


def test_an_answer_that_was_begun_goes_on_behind_it_and_ends_where_it_does_not_fit() -> None:
    async def rest_of(begun: str) -> str:
        async with MODEL.reply([Line("user", "How do you work?")], begun) as pieces:
            return "".join([piece async for piece in pieces])

    answer = " ".join(MODEL.answer([Line("user", "How do you work?")]).split())
    begun = answer[: answer.index(" ") + 1]
    assert begun + asyncio.run(rest_of(begun)) == answer
    assert asyncio.run(rest_of(answer)) == asyncio.run(rest_of("Something else ")) == ""
