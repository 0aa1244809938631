"""Context: what stays when there is no room for all of it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from actors.llm.context import Context, turn_starts
from bus.messages import Line

INSTRUCTIONS = 20


def size(lines: Sequence[Line]) -> int:
    """A token for each character, and some for the instructions."""
    return INSTRUCTIONS + sum(len(line.text) for line in lines)


def talk(turns: int, length: int = 10) -> list[Line]:
    """Turns of a question and an answer, numbered from 1, and a last question."""
    lines = []
    for turn in range(1, turns + 1):
        lines += [Line("user", "q" * length, turn), Line("assistant", "a" * length, turn)]
    return [*lines, Line("user", "?" * length, turns + 1)]


def test_what_fits_stays_whole() -> None:
    lines = talk(3)
    assert Context(size(lines), size).fit(lines) == tuple(lines)


def test_the_oldest_turns_go_and_each_goes_whole() -> None:
    lines = talk(10)
    kept = Context(120, size).fit(lines)
    assert kept == tuple(lines[-len(kept) :])
    assert kept[0].role == "user" and len(kept) > 1
    assert size(kept) <= 120 * 0.7


def test_the_beginning_stays_the_same_until_there_is_no_room_again() -> None:
    context, firsts = Context(200, size), []
    for turns in range(1, 30):
        kept = context.fit(talk(turns))
        assert size(kept) <= 200
        firsts.append(kept[0].turn)
    assert firsts == sorted(firsts)
    assert len(set(firsts)) <= 10  # else the model would read nearly everything anew in each of the 29 turns


def test_turns_that_are_counted_anew_are_kept_anew() -> None:
    context = Context(120, size)
    context.fit(talk(30))
    assert context.fit(talk(1)) == tuple(talk(1))


def test_of_a_question_that_alone_is_too_long_the_end_stays() -> None:
    lines = [*talk(2), Line("user", "long " * 1_000_000 + "end", 4)]
    (line,) = Context(120, size).fit(lines)
    assert line.text.endswith("long end") and (line.role, line.turn) == ("user", 4)
    assert size([line]) == 120


def test_without_lines_there_is_nothing_to_leave_out() -> None:
    assert Context(10, size).fit([]) == ()


def test_a_turn_may_have_several_lines_of_each() -> None:
    roles = ("assistant", "user", "user", "assistant", "assistant", "user")
    assert turn_starts([Line("user" if role == "user" else "assistant", "x") for role in roles]) == [0, 1, 5]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(40, 300))
def test_it_never_takes_more_room_than_there_is_and_never_loses_the_question(lengths: list[int], room: int) -> None:
    lines = [Line("user" if i % 2 == 0 else "assistant", "x" * n, 1 + i // 2) for i, n in enumerate(lengths)]
    lines.append(Line("user", "the question", 2 + len(lengths) // 2))
    kept = Context(room, size).fit(lines)
    assert size(kept) <= room
    assert kept[-1].text == "the question"
