"""OpenAI requests, as each kind of server wants them."""

from __future__ import annotations

import pytest

from actors.llm.chat import Said
from actors.llm.openai_request import GO_ON, Dialect, dialect_of, request_body

CHAT = (Said("system", "Be kind."), Said("user", "Hi"))
MESSAGES = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]


@pytest.mark.parametrize(
    ("owner", "dialect"), [("llamacpp", "llama-server"), ("vllm", "vllm"), ("openai", "plain"), ("", "plain")]
)
def test_a_server_is_known_by_the_owner_of_its_models(owner: str, dialect: Dialect) -> None:
    assert dialect_of(owner) == dialect


def test_a_plain_server_gets_nothing_that_it_might_refuse() -> None:
    assert request_body("plain", CHAT, "", {"model": "m"}, {}) == {
        "stream": True,
        "stream_options": {"include_usage": True},
        "model": "m",
        "messages": MESSAGES,
    }


def test_llama_server_is_told_to_keep_what_it_has_read() -> None:
    body = request_body("llama-server", CHAT, "", {}, {})
    assert body["cache_prompt"] is True
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


@pytest.mark.parametrize("dialect", ["llama-server", "vllm"])
def test_an_answer_that_was_begun_is_given_as_its_beginning(dialect: Dialect) -> None:
    body = request_body(dialect, CHAT, "I am", {}, {})
    assert body["messages"] == [*MESSAGES, {"role": "assistant", "content": "I am"}]
    assert (body.get("continue_final_message"), body.get("add_generation_prompt")) == (
        (True, False) if dialect == "vllm" else (None, None)
    )


def test_a_plain_server_is_asked_to_go_on() -> None:
    messages = request_body("plain", CHAT, "I am", {}, {})["messages"]
    assert messages == [*MESSAGES, {"role": "assistant", "content": "I am"}, {"role": "user", "content": GO_ON}]


def test_what_the_plan_says_wins() -> None:
    assert request_body("plain", CHAT, "", {"temperature": 0.5}, {"temperature": 1, "seed": 3})["temperature"] == 1
