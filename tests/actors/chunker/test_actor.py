"""Scenes of the chunker: tokens in, sentences out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from actors.chunker.actor import Chunker
from bus.messages import AnswerDone, Message, Script, Sentence, SentencesDone, Token
from bus.rehearsal import Rehearsal


def perform(scene: Callable[[Rehearsal], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Rehearsal(Chunker.build("own", {})) as stage:
            await scene(stage)

    asyncio.run(run())


def tokens(text: str) -> list[Message]:
    words = text.split(" ")
    answer: list[Message] = [Token(index=i, text=word + " ") for i, word in enumerate(words)]
    return [*answer, AnswerDone(tokens=len(words), language="en")]


def test_the_first_sentence_leaves_before_the_answer_is_complete() -> None:
    async def scene(stage: Rehearsal) -> None:
        answer = tokens("I am a clone, made of ten small parts. They talk.")
        await stage.send(*answer[:4])
        assert stage.take() == [Sentence(index=0, text="I am a clone,", language="en")]
        await stage.send(*answer[4:])
        assert stage.take() == [
            Sentence(index=1, text="made of ten small parts. They talk.", language="en"),
            SentencesDone(sentences=2),
        ]

    perform(scene)


def test_each_sentence_has_the_language_of_its_script() -> None:
    async def scene(stage: Rehearsal) -> None:
        await stage.send(*tokens("Звісно, я розмовляю українською! And I speak English. 1 2 3"))
        assert [s.language for s in stage.of(Sentence)] == ["uk", "en"]

    perform(scene)


def test_a_new_generation_forgets_the_unfinished_piece() -> None:
    async def scene(stage: Rehearsal) -> None:
        await stage.send(Token(index=0, text="I was about "))
        await stage.send(*tokens("Yes, of course."), gen=2)
        assert stage.of(Sentence) == [Sentence(index=0, text="Yes, of course.", language="en")]

    perform(scene)


def test_an_empty_answer_is_done_with_no_sentence() -> None:
    async def scene(stage: Rehearsal) -> None:
        await stage.send(AnswerDone(tokens=0, language="en"))
        assert stage.take() == [SentencesDone(sentences=0)]

    perform(scene)


def test_a_script_is_spoken_whole_and_the_next_one_starts_anew() -> None:
    async def scene(stage: Rehearsal) -> None:
        for _ in range(2):
            await stage.send(Script(text="Guten Tag, wie geht's?", language="de"))
            assert stage.take() == [
                Sentence(index=0, text="Guten Tag, wie geht's?", language="de"),
                SentencesDone(sentences=1),
            ]

    perform(scene)
