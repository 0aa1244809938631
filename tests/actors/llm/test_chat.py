"""Chat: what was heard, as models take it."""

from __future__ import annotations

from actors.llm.chat import CALL_BEGINS, CUT_OFF, Said, chat_of, with_system
from bus.messages import Line


def test_neighbours_of_one_role_are_joined_and_empty_lines_left_out() -> None:
    lines = [Line("user", "Hello."), Line("user", " Are you there?"), Line("assistant", "  "), Line("user", "Well?")]
    assert chat_of(lines) == (Said("user", "Hello.\nAre you there?\nWell?"),)


def test_a_call_that_the_avatar_opened_begins_with_the_user_all_the_same() -> None:
    lines = [Line("assistant", "Good morning!"), Line("user", "Morning.")]
    assert chat_of(lines) == (Said("user", CALL_BEGINS), Said("assistant", "Good morning!"), Said("user", "Morning."))


def test_words_that_were_cut_off_show_it_once() -> None:
    lines = [Line("user", "So?"), Line("assistant", "I was about to", interrupted=True), Line("user", "Stop")]
    assert chat_of(lines)[1] == Said("assistant", "I was about to…")
    lines[1] = Line("assistant", "Well…", interrupted=True)
    assert chat_of(lines)[1] == Said("assistant", "Well…")


def test_it_always_ends_with_the_user() -> None:
    assert chat_of([]) == (Said("user", CALL_BEGINS),)
    assert chat_of([Line("user", "Hi"), Line("assistant", "Hi.")])[-1] == Said("user", CUT_OFF)


def test_the_system_text_has_its_own_role_or_stands_before_the_first_words() -> None:
    chat = (Said("user", "Hi"), Said("assistant", "Hello."), Said("user", "Well?"))
    assert with_system("Be kind.", chat, own_role=True) == (Said("system", "Be kind."), *chat)
    assert with_system("Be kind.", chat, own_role=False) == (Said("user", "Be kind.\n\nHi"), *chat[1:])
    assert with_system("", chat, own_role=True) == chat
