"""Answer text: what is said of what a model writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.answer_text import AnswerText


def said(*pieces: bytes | str, stop: tuple[str, ...] = (), begun: str = "") -> list[str]:
    text = AnswerText(stop, begun)
    given_ = [text.hear(piece) for piece in pieces]
    return [*given_, text.finish()]


def test_a_letter_of_several_tokens_is_said_when_it_is_whole() -> None:
    first, second = "ї".encode()[:1], "ї".encode()[1:]
    assert said(b"\xd0\x97 ", first, second, "жак".encode()) == ["З ", "", "ї", "жак", ""]


def test_bytes_that_are_no_text_are_left_out() -> None:
    assert "".join(said(b"a\xff\xfeb", b"\xd0")) == "ab"


def test_blanks_before_the_answer_are_left_out_but_not_those_behind_a_beginning() -> None:
    assert "".join(said(" ", "\n Hello", " you")) == "Hello you"
    assert "".join(said(" you", begun="Hello")) == " you"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_thoughts_are_not_spoken_however_they_are_cut(size: int) -> None:
    written = " <think>\nHm. <b>No</think\n</think>\n\nYes, <think> is a word."
    pieces = [written[i : i + size] for i in range(0, len(written), size)]
    assert "".join(said(*pieces)) == "Yes, <think> is a word."


def test_a_thought_without_end_is_not_spoken_and_a_sign_that_is_none_is() -> None:
    assert "".join(said("<think>", "Hm.", "</thi")) == ""
    assert "".join(said("<thi", "s>")) == "<this>"
    assert "".join(said("<th")) == "<th"


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_stop_text_ends_the_answer_and_is_not_said(size: int) -> None:
    written = "One. User: Two."
    text = AnswerText(("User:", "###"))
    heard = "".join(text.hear(written[i : i + size]) for i in range(0, len(written), size))
    assert (heard, text.ended, text.hear("more"), text.finish()) == ("One. ", True, "", "")


def test_what_only_looked_like_a_stop_text_is_said() -> None:
    assert said("One. Us", "e it.", " U", stop=("User:",)) == ["One. ", "Use it.", " ", "U"]


@given(st.text(), st.integers(1, 5))
def test_without_marks_all_is_said(text: str, size: int) -> None:
    data = text.encode("utf-8", "ignore")
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    assert "".join(said(*pieces, begun="x")) == data.decode()
