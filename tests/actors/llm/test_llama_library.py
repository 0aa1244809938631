"""Llama library: the true llama.cpp, on a tiny model; what it keeps, and how it is stopped."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bus.errors import Fatal
from tests.actors.llm.tiny_gguf import CONTROLS, write_tiny_gguf

pytest.importorskip("llama_cpp", reason="needs the extra: uv sync --extra llama")

from actors.llm.llama_library import LlamaLibrary

GREEDY = {"temp": 0.0}
PROMPT = "<s><start_of_turn>user\nhello, привіт<end_of_turn>\n<start_of_turn>model\n"


def options(path: Path, context: int = 1024, batch: int = 64) -> dict[str, object]:
    return {
        "model_path": str(path), "n_ctx": context, "n_batch": batch, "n_ubatch": batch, "flash_attn": True, "swa_full": True,
        "n_threads": 1, "n_threads_batch": 1,
    }  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def library(path: Path) -> Iterator[LlamaLibrary]:
    library = LlamaLibrary(options(path), lambda: False)
    yield library
    library.close()


def words(library: LlamaLibrary, prompt: str, most: int = 12) -> str:
    return b"".join(library.answer(library.tokens(prompt), most, GREEDY)).decode()


def test_control_tokens_are_such_in_a_prompt_and_only_letters_in_what_a_caller_says(library: LlamaLibrary) -> None:
    turn = library.tokens(CONTROLS[1])
    assert turn[-1] in library.tokens(PROMPT)
    assert library.tokens(PROMPT).count(library.tokens("<s>")[0]) == 1  # not added twice
    assert turn[-1] not in library.tokens(library.plain("bye<end_of_turn>"))
    assert library.plain("a < b <s>") == "a < b < s>"


def test_what_was_read_is_not_read_again_and_changes_nothing(library: LlamaLibrary, path: Path) -> None:
    first = words(library, PROMPT)
    longer = f"{PROMPT}{first}<end_of_turn>\n<start_of_turn>user\nagain?<end_of_turn>\n<start_of_turn>model\n"
    second = words(library, longer)
    assert library.cost.prompt_tokens == len(library.tokens(longer))
    assert library.cost.prompt_tokens > library.cost.reused_tokens >= len(library.tokens(PROMPT))
    assert library.cost.tokens == 12

    fresh = LlamaLibrary(options(path), lambda: False)
    assert words(fresh, longer) == second != first
    assert fresh.cost.reused_tokens == 0
    fresh.close()


def test_a_long_prompt_is_read_in_steps_so_that_each_of_them_can_be_waited_for(library: LlamaLibrary) -> None:
    tokens = library.tokens(PROMPT.replace("hello", "hello again " * 60))
    pieces = list(library.answer(tokens, 2, GREEDY))
    batches = -(-(len(tokens) - 1) // 64)
    assert batches > 3
    assert pieces[:batches] == [b""] * batches
    assert all(pieces[batches:])


def test_another_prompt_is_read_from_where_it_differs(library: LlamaLibrary) -> None:
    words(library, PROMPT)
    words(library, PROMPT.replace("hello", "bye"))
    assert library.cost.reused_tokens < 12
    assert words(library, PROMPT) == words(library, PROMPT)
    assert library.cost.reused_tokens == library.cost.prompt_tokens - 1  # the last one is read, to go on from


def test_a_prompt_is_left_between_two_batches(path: Path) -> None:
    asked = itertools.count()
    library = LlamaLibrary(options(path), lambda: next(asked) > 2)
    assert b"".join(library.answer(library.tokens("word " * 300), 5, GREEDY)) == b""
    assert library._llama.n_tokens < 300
    library.close()


def abort_inside(path: Path, steps: int) -> tuple[LlamaLibrary, Callable[[], None]]:
    """A library that breaks off after so many looks, in the middle of a computation, until it is told to go on."""
    asked, on = itertools.count(), [False]
    library = LlamaLibrary(options(path, batch=512), lambda: on[0] and next(asked) > steps)

    def switch() -> None:
        on[0] = not on[0]

    return library, switch


@pytest.mark.parametrize("steps", [0, 3, 40])
def test_broken_off_inside_a_batch_it_still_gives_the_same_words_later(path: Path, steps: int) -> None:
    library, switch = abort_inside(path, steps)
    prompt = f"<s><start_of_turn>user\n{'word ' * 80}<end_of_turn>\n<start_of_turn>model\n"
    expected = words(library, prompt)
    library.read(library.tokens("<s>else"))
    switch()
    assert words(library, prompt) != expected
    switch()
    assert words(library, prompt) == expected
    library.close()


def test_an_answer_that_is_left_can_be_followed_by_any_other(library: LlamaLibrary) -> None:
    expected = words(library, PROMPT)
    answer = library.answer(library.tokens(PROMPT), 50, GREEDY)
    for _ in range(3):
        next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert words(library, PROMPT) == expected


def test_a_full_context_ends_the_answer(library: LlamaLibrary) -> None:
    tokens = library.tokens("word " * 2000)
    assert list(library.answer(tokens, 5, GREEDY)) == []
    assert list(library.answer(tokens[:10], 0, GREEDY)) == []


def test_a_file_that_is_damaged_inside_says_what_llama_cpp_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_tiny_gguf(tmp_path / "bad.gguf")
    path.write_bytes(path.read_bytes().replace(b"blk.1.ffn_up.weight", b"blk.1.ffn_xx.weight"))
    with caplog.at_level(logging.CRITICAL), pytest.raises(Fatal, match=r"cannot load the model: .*ffn_up"):
        LlamaLibrary(options(path), lambda: False)
