"""OpenAI answers, and refusals in plain words."""

from __future__ import annotations

import json

import msgspec
import pytest

from actors.llm.engine import Cost
from actors.llm.openai_answer import Model, read_chunk, refusal_of
from bus.errors import Broken


def test_words_ends_and_figures_are_found_and_all_else_is_passed_over() -> None:
    assert read_chunk('{"choices": [{"delta": {"content": "Hi"}, "index": 0}], "id": "x"}').text == "Hi"
    assert read_chunk('{"choices": [{"delta": {"role": "assistant", "content": null}}]}').text == ""
    assert read_chunk('{"choices": [{"delta": {"reasoning_content": "Hm."}}]}').text == ""
    assert read_chunk('{"choices": [{"delta": {}, "finish_reason": "length"}]}').ends
    last = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 3}, "timings": {"cache_n": 7, "x": 1.5}}
    assert read_chunk(json.dumps(last)).cost(2) == Cost(9, 7, 3, 2)
    assert read_chunk('{"choices": []}').cost(0) is None


def test_servers_tell_their_context_in_two_ways_or_not() -> None:
    told = b'[{"id": "a", "max_model_len": 4096}, {"id": "b", "meta": {"n_ctx": 512, "n_vocab": 7}}, {"id": "c"}]'
    assert [model.context for model in msgspec.json.decode(told, type=list[Model])] == [4096, 512, 0]


@pytest.mark.parametrize("data", ["{", "[]", '{"choices": 3}', "nonsense", '{"choices": [{"delta": {"content": 5}}]}'])
def test_an_event_that_is_no_answer_is_refused(data: str) -> None:
    with pytest.raises(Broken, match="no answer"):
        read_chunk(data)


def test_an_error_in_the_stream_is_told_without_its_text() -> None:
    with pytest.raises(Broken, match="error of its own") as error:
        read_chunk('{"error": {"message": "you asked: my secret"}}')
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("status", "after", "what", "again"),
    [
        (401, "", "refuses the key in MY_KEY", None),
        (403, "", "refuses the key in MY_KEY", None),
        (404, "", "does not know the model 'm'", None),
        (429, "", "too much to do", 0.3),
        (429, "1.5", "too much to do", 1.5),
        (429, "60", "too much to do", None),
        (429, "Wed, 21 Oct", "too much to do", 0.3),
        (500, "", "failed (500)", 0.3),
        (503, "", "failed (503)", 0.3),
        (400, "", "refuses the request (400)", None),
        (302, "", "status 302", None),
    ],
)
def test_a_status_is_told_in_plain_words(status: int, after: str, what: str, again: float | None) -> None:
    refusal = refusal_of(status, '{"error": {"message": "secret"}}', after, "m", "MY_KEY")
    assert what in refusal.what and refusal.again_s == again
    assert "secret" not in refusal.what + refusal.todo and refusal.todo


@pytest.mark.parametrize(
    "text",
    [
        '{"error":{"type":"exceed_context_size_error","message":"the request exceeds the available context size"}}',
        '{"error":{"code":"context_length_exceeded"}}',
        "This model's maximum context length is 4096 tokens",
    ],
)
def test_too_long_a_prompt_is_known_as_such(text: str) -> None:
    assert refusal_of(400, text, "", "m", "").overflow


@pytest.mark.parametrize("status", [400, 500])
def test_a_model_without_a_system_role_is_known_as_such(status: int) -> None:
    refusal = refusal_of(status, "Jinja: System role not supported", "", "m", "")
    assert refusal.no_system and not refusal.overflow
