"""Openai: whole answers over true connections, from a server that follows a script."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from actors.llm.engine import Cost
from actors.llm.openai import OpenaiModel, OpenaiSettings
from bus.errors import Broken, Wrong
from bus.messages import Line
from tests.actors.llm.chat_server import Act, ChatServer, Raw, Status, Words

HI = Line("user", "Hi")


def perform(scene: Callable[[OpenaiModel, ChatServer], Awaitable[None]], *script: Act, **changed: object) -> None:
    async def run() -> None:
        async with ChatServer(script=list(script) or [Words()]).running() as server:
            plain = {"url": server.url, "start_s": 0, "first_token_s": 5, "between_s": 5}
            model = OpenaiModel(OpenaiSettings(**{**plain, **changed}))  # type: ignore[arg-type]
            try:
                await model.load()
                await scene(model, server)
            finally:
                await model.close()
                await model.close()

    asyncio.run(run())


async def said(model: OpenaiModel, *lines: Line, begun: str = "") -> str:
    async with model.reply(lines or (HI,), begun) as pieces:
        return "".join([piece async for piece in pieces])


async def pieces_until_broken(model: OpenaiModel) -> tuple[list[str], str]:
    heard: list[str] = []
    with pytest.raises(Broken) as error:
        async with model.reply((HI,), "") as pieces:
            async for piece in pieces:
                heard.append(piece)
    return heard, error.value.what


def test_words_come_as_they_are_written_and_figures_behind_them() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await said(model) == "Hello there."
        assert model.cost == Cost(prompt_tokens=90, reused_tokens=64, tokens=3)
        (body,) = server.asked
        assert body["model"] == "tiny"
        messages = body["messages"]
        assert isinstance(messages, list)
        assert [message["role"] for message in messages] == ["system", "user"]
        assert messages[0]["content"].endswith("Be dry.")

    perform(scene, Words(cached=64), style="Be dry.")


def test_leaving_closes_the_connection_at_once() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        async with model.reply((HI,), "") as pieces:
            assert await anext(pieces) == "One"
        await asyncio.wait_for(server.left.wait(), 30)

    perform(scene, Words(("One",), then="hang"))


def test_a_barge_in_before_the_first_word_closes_it_too() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        waiting = asyncio.ensure_future(said(model))
        await server.questioned.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(server.left.wait(), 30)

    perform(scene, Words((), then="hang"))


@pytest.mark.parametrize("fault", [Status(503), Status(429), Raw(), Words((), then="tear"), Words((), then="cut")])
def test_what_fails_before_the_first_word_is_asked_again(fault: Act) -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await said(model) == "Hello there."
        assert len(server.asked) == 2

    perform(scene, fault, Words())


def test_it_is_not_asked_for_ever() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await pieces_until_broken(model) == ([], "the server failed (500)")
        assert len(server.asked) == 2

    perform(scene, Status(500), tries=2)


@pytest.mark.parametrize(
    ("then", "what"), [("tear", "was cut in the middle of an answer"), ("cut", "ended its answer in the middle")]
)
def test_what_fails_behind_the_first_word_is_not_said_twice(then: str, what: str) -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        heard, why = await pieces_until_broken(model)
        assert heard == ["One", " two"] and what in why
        assert len(server.asked) == 1

    perform(scene, Words(("One", " two"), then=then))


@pytest.mark.parametrize(
    ("words", "what"), [((), "said nothing for 0.2 s before the first word"), (("One",), "0.2 s between two words")]
)
def test_a_server_that_hangs_is_left(words: tuple[str, ...], what: str) -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        heard, why = await pieces_until_broken(model)
        assert (tuple(heard), what in why) == (words, True)
        await asyncio.wait_for(server.left.wait(), 30)

    perform(scene, Words(words, then="hang"), first_token_s=0.2, between_s=0.2)


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (Status(401, '{"error": "sk-secret"}'), "refuses a request without a key (401)"),
        (Status(404), "does not know the model 'tiny'"),
        (Raw(b"data: {nonsense\n\n"), "an event that is no answer"),
        (Raw(b'data: {"error": {"message": "secret"}}\n\n'), "broke off with an error of its own"),
        (Status(429, headers="Retry-After: 60\r\n"), "has too much to do"),
    ],
)
def test_what_cannot_be_mended_by_asking_again_is_told_at_once(act: Act, what: str) -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        heard, why = await pieces_until_broken(model)
        assert (heard, len(server.asked)) == ([], 1)
        assert what in why and "secret" not in why

    perform(scene, act)


def test_a_model_without_a_system_role_gets_the_instructions_in_the_first_words_from_then_on() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await said(model) == await said(model) == "Hello there."
        roles = [[m["role"] for m in body["messages"]] for body in server.asked if isinstance(body["messages"], list)]
        assert roles == [["system", "user"], ["user"], ["user"]]

    perform(scene, Status(400, "System role not supported"), Words())


def test_an_answer_that_nobody_can_unpack_is_a_failure_like_any_other() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await said(model) == "Hello there."
        assert len(server.asked) == 2

    perform(scene, Status(200, "no gzip", "Content-Encoding: gzip\r\n"), Words())


def test_a_prompt_that_is_too_long_for_the_server_is_made_shorter_by_turns() -> None:
    lines = [Line("user" if i % 2 == 0 else "assistant", "word " * 60, 1 + i // 2) for i in range(41)]

    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await said(model, *lines) == "Hello there."
        counts = [len(body["messages"]) for body in server.asked if isinstance(body["messages"], list)]
        assert len(counts) == 3 and counts[0] > counts[1] > counts[2] > 2
        assert model.cost.left_out == len(lines) - (counts[2] - 1)

    perform(scene, *[Status(400, '{"code": "context_length_exceeded"}')] * 2, Words(), context_tokens=4096, tries=1)


def test_no_more_is_sent_than_the_server_says_that_it_has_room_for() -> None:
    lines = [Line("user" if i % 2 == 0 else "assistant", "word " * 60, 1 + i // 2) for i in range(41)]

    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        server.models = {"data": [{"id": "tiny", "max_model_len": 2048}]}
        await model.close()
        await model.load()
        await said(model, *lines)
        messages = server.asked[0]["messages"]
        assert isinstance(messages, list)
        assert sum(len(message["content"]) for message in messages) < 3 * 2048

    perform(scene, context_tokens=100_000)


def test_an_answer_that_was_begun_is_gone_on_with() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await said(model, HI, begun="Hello") == " there."
        assert server.asked[0]["continue_final_message"] is True

    perform(scene, Words((" ", "there.")))


def test_stop_texts_and_thoughts_are_left_out() -> None:
    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        assert await said(model) == "Yes."
        assert server.asked[0]["stop"] == ["User:"]

    perform(scene, Words(("<thi", "nk>Hm.</think>", "\n\nYes.", "Us", "er: no", "more"), then="hang"), stop=("User:",))


def test_the_key_goes_to_the_server_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("MY_KEY=sk-secret\n", encoding="utf-8")

    async def scene(model: OpenaiModel, server: ChatServer) -> None:
        await said(model, Line("user", "my words"))
        assert all("authorization: bearer sk-secret" in head.lower() for head in server.heads)

    with caplog.at_level(logging.INFO):
        perform(scene, api_key="MY_KEY")
    assert "sk-secret" not in caplog.text and "my words" not in caplog.text


def test_a_key_that_is_not_there_is_told_before_the_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def scene(_model: OpenaiModel, _server: ChatServer) -> None: ...

    with pytest.raises(Wrong, match="there is no MY_KEY"):
        perform(scene, api_key="MY_KEY")
    assert not OpenaiModel.ready(OpenaiSettings(api_key="MY_KEY")).ok


def test_proxies_are_not_asked_about_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def scene(model: OpenaiModel, _server: ChatServer) -> None:
        assert await said(model) == "Hello there."

    perform(scene)
