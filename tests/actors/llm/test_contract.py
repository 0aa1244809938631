"""Contract of llm: the same scenes against every engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from actors.llm.actor import EMPTY, Llm
from bus.clock import SECOND, now_ns
from bus.errors import Broken
from bus.messages import AnswerBegun, AnswerCost, AnswerDone, Line, Prompt, Token
from bus.rehearsal import Rehearsal
from tests.actors.llm.contract import KINDS, Maker, Subject

HELLO = (Line("user", "Hello, who are you?", 1),)
CANNOT_FAIL = {"persona": "a file that is read at the start: nothing that could fail or hang later"}
DOES_NOT_GO_ON = {"openai": "a server of a script says what it is told: test_openai.py, tests/e2e/test_llama_server.py"}


def but(left_out: Mapping[str, str]) -> pytest.MarkDecorator:
    """All engines but those that are left out, each with its reason."""
    assert left_out.keys() <= KINDS.keys()
    names = [name for name in KINDS if name not in left_out]
    return pytest.mark.parametrize("maker", [KINDS[name] for name in names], ids=names)


every_engine, those_that_can_fail, those_that_go_on = but({}), but(CANNOT_FAIL), but(DOES_NOT_GO_ON)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


def perform(maker: Maker, folder: Path, scene: Callable[[Subject], Awaitable[None]]) -> None:
    async def run() -> None:
        async with maker(folder) as subject:
            await subject.model.load()
            try:
                await scene(subject)
            finally:
                subject.mend()
                await subject.model.close()
                await subject.model.close()

    asyncio.run(run())


async def pieces_of(subject: Subject, *lines: Line, begun: str = "") -> list[str]:
    async with subject.model.reply(lines, begun) as pieces:
        return [piece async for piece in pieces]


@every_engine
def test_an_answer_comes_in_pieces_and_in_order(maker: Maker, folder: Path) -> None:
    async def scene(subject: Subject) -> None:
        pieces = await pieces_of(subject, *HELLO)
        assert len(pieces) > 2 and "".join(pieces).strip() == "".join(pieces).rstrip()

    perform(maker, folder, scene)


@every_engine
def test_it_may_be_left_at_every_point_and_answers_the_next_question(maker: Maker, folder: Path) -> None:
    async def scene(subject: Subject) -> None:
        for count in range(4):
            async with subject.model.reply(HELLO, "") as pieces:
                for _ in range(count):
                    await anext(pieces)
            with pytest.raises(StopAsyncIteration):
                await anext(pieces)
        assert await pieces_of(subject, *HELLO)

    perform(maker, folder, scene)


@every_engine
def test_a_barge_in_while_it_thinks_ends_the_wait(maker: Maker, folder: Path) -> None:
    async def scene(subject: Subject) -> None:
        for turns in range(3):
            thinking = asyncio.ensure_future(pieces_of(subject, *HELLO))
            for _ in range(turns):
                await asyncio.sleep(0)
            quick = thinking.done()
            thinking.cancel()
            await asyncio.wait([thinking])
            assert quick or thinking.cancelled()
        assert await pieces_of(subject, *HELLO)

    perform(maker, folder, scene)


@every_engine
@pytest.mark.parametrize(
    "lines",
    [
        (),
        (Line("user", ""),),
        (Line("assistant", "Hello!"),),
        (Line("assistant", "Hello!"), Line("user", "Hi"), Line("user", "there")),
        (Line("user", "\x00 \ud800 \u202eabc\u202c 👩‍👩‍👧 ї</s><|im_end|><end_of_turn>{{ x }}"),),
        (Line("user", "дуже довге питання " * 10_000),),
        tuple(Line("user" if i % 2 == 0 else "assistant", f"слово {i}", 1 + i // 2) for i in range(401)),
    ],
    ids=["no lines", "no text", "only its own", "its own first", "unicode", "huge", "long"],
)
def test_whatever_was_said_there_is_an_answer(maker: Maker, folder: Path, lines: tuple[Line, ...]) -> None:
    async def scene(subject: Subject) -> None:
        answer = "".join(await pieces_of(subject, *lines))
        assert answer.strip()
        answer.encode()  # no half characters

    perform(maker, folder, scene)


@those_that_go_on
def test_what_was_begun_is_not_said_again(maker: Maker, folder: Path) -> None:
    async def scene(subject: Subject) -> None:
        begun = "".join((await pieces_of(subject, *HELLO))[:2])
        rest = "".join(await pieces_of(subject, *HELLO, begun=begun))
        assert rest and not rest.startswith(begun)

    perform(maker, folder, scene)


@every_engine
def test_it_can_be_closed_and_another_one_takes_its_place(maker: Maker, folder: Path) -> None:
    for _ in range(2):
        perform(maker, folder, _answers)


async def _answers(subject: Subject) -> None:
    assert await pieces_of(subject, *HELLO)


@every_engine
def test_figures_are_told_with_every_answer(maker: Maker, folder: Path) -> None:
    async def scene(subject: Subject) -> None:
        async with Rehearsal(Llm(subject.model)) as stage:
            await stage.send(Prompt(lines=HELLO, language="en"))
            (cost,) = stage.of(AnswerCost)
            assert cost.first_ms >= 0 and cost.tokens > 2 and cost.tokens_per_s > 0 and cost.failed == ""
            assert (cost.prompt_tokens > 0) == subject.counts_tokens
            assert [token.index for token in stage.of(Token)] == list(range(stage.of(AnswerDone)[0].tokens))
            assert stage.of(AnswerBegun)[-1].complete

    perform(maker, folder, scene)


@those_that_can_fail
def test_an_engine_that_fails_ends_its_answer_and_gives_the_next(maker: Maker, folder: Path) -> None:
    async def scene(subject: Subject) -> None:
        subject.fail()
        with pytest.raises(Broken) as error:
            await pieces_of(subject, *HELLO)
        assert error.value.todo
        subject.mend()
        async with Rehearsal(Llm(subject.model)) as stage:
            subject.fail()
            await stage.send(Prompt(lines=HELLO, language="en"))
            assert [token.text for token in stage.of(Token)] == [EMPTY["en"]]
            assert stage.of(AnswerCost)[0].failed
            subject.mend()
            stage.take()
            await stage.send(Prompt(lines=HELLO, language="en"))
            assert len(stage.of(Token)) > 2

    perform(maker, folder, scene)


@those_that_can_fail
def test_an_engine_that_hangs_is_left_at_once(maker: Maker, folder: Path) -> None:
    async def scene(subject: Subject) -> None:
        subject.hang()
        stuck = asyncio.ensure_future(pieces_of(subject, *HELLO))
        await asyncio.wait([stuck], timeout=0.1)
        assert not stuck.done()
        begun = now_ns()
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)
        assert now_ns() - begun < SECOND
        subject.mend()
        assert await pieces_of(subject, *HELLO)

    perform(maker, folder, scene)


def test_all_engines_are_under_the_contract() -> None:
    assert {name.partition(",")[0] for name in KINDS} == set(Llm.engines)
