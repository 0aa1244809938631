"""OpenAI server: found, waited for, and refused in words that help."""

from __future__ import annotations

import asyncio

import pytest

from actors.llm.openai_server import OpenaiServer
from bus.errors import Fatal, Wrong
from tests.actors.llm.chat_server import Act, ChatServer, Raw, Status


def met(models: Act | dict[str, object], model: str = "", start_s: float = 0.0) -> tuple[str, str]:
    """What was found out: the model and the kind of server."""

    async def scene() -> tuple[str, str]:
        async with ChatServer(models=models).running() as there:
            server = OpenaiServer(there.url + "/", "", "MY_KEY", 1.0)
            try:
                await server.meet(model, start_s)
                return server.model, server.dialect
            finally:
                await server.close()

    return asyncio.run(scene())


def listed(*names: str, owner: str = "me") -> dict[str, object]:
    return {"data": [{"id": name, "owned_by": owner} for name in names]}


def test_the_only_model_is_taken_and_the_server_known() -> None:
    assert met(listed("tiny", owner="llamacpp")) == ("tiny", "llama-server")
    assert met(listed("tiny", "big"), "big") == ("big", "plain")


def test_llama_server_takes_any_name_and_a_server_without_a_list_is_believed() -> None:
    assert met(listed("/models/x.gguf", owner="llamacpp"), "mamay") == ("mamay", "llama-server")
    assert met(Status(404), "mamay") == ("mamay", "plain")


@pytest.mark.parametrize(
    ("models", "model", "what"),
    [
        (listed("a", "b"), "", "has 2 models"),
        (listed(), "", "has 0 models"),
        (listed("a", "b"), "c", "has no model 'c'"),
        (Status(401, '{"error": "sk-secret"}'), "a", "refuses the key in MY_KEY"),
        (Raw(b"<html>"), "a", "is no OpenAI-compatible API"),
    ],
)
def test_what_a_person_must_change_is_told(models: Act | dict[str, object], model: str, what: str) -> None:
    with pytest.raises(Wrong, match=what) as error:
        met(models, model)
    assert "secret" not in str(error.value)


def test_a_server_that_loads_its_model_is_waited_for() -> None:
    async def scene() -> None:
        there = ChatServer(models=Status(503, "Loading model"))
        async with there.running():
            server = OpenaiServer(there.url, "", "", 1.0)
            waiting = asyncio.ensure_future(server.meet("", 20))
            await there.met.wait()
            there.models = listed("tiny")
            await waiting
            assert server.model == "tiny"
            await server.close()

    asyncio.run(scene())


def test_one_that_does_not_come_is_told() -> None:
    async def scene() -> None:
        async with ChatServer().running() as there:
            url = there.url
        server = OpenaiServer(url, "", "", 1.0)
        with pytest.raises(Fatal, match="no server answers at") as error:
            await server.meet("", 0)
        assert "llama-server -m" in error.value.todo
        await server.close()

    asyncio.run(scene())
