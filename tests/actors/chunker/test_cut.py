"""Scenes of answers being cut into pieces to speak."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.chunker.cut import ChunkerSettings, Cutter

TEXTS = st.text(st.sampled_from("aбїQЖ1 5\n\n.,!?…;:—-*_#>[]()`|😀«»\"'\u00ad~×smiles"), max_size=400)


def cut(text: str, *, tokens: int | None = None, **limits: int) -> list[str]:
    cutter = Cutter(ChunkerSettings(**limits))
    step = tokens or max(1, len(text))
    fed = [piece for i in range(0, len(text), step) for piece in cutter.feed(text[i : i + step])]
    return fed + cutter.finish()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("I am a clone, and I talk. I also listen.", ["I am a clone,", "and I talk. I also listen."]),
        ("Yes. I am here. And so are you.", ["Yes. I am here.", "And so are you."]),
        ("Hello! I'm Nova, a clone.", ["Hello! I'm Nova,", "a clone."]),
        ("Так, звісно! А ви?", ["Так, звісно!", "А ви?"]),
        ("One two three\nfour", ["One two three", "four"]),
    ],
)
def test_the_first_piece_ends_at_the_first_clause_that_is_worth_saying(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


def test_an_endless_clause_is_cut_before_a_joint_or_after_ten_words() -> None:
    assert cut("this answer has no marks at all and it goes on and on")[0] == "this answer has no marks at all"
    assert cut("one two three four five six seven eight nine ten eleven")[0].endswith("ten")


@pytest.mark.parametrize(
    "whole",
    [
        "It was Dr. J. R. Smith of the U.S. Navy who came.",
        "It costs 3.5 million, i.e. a lot.",
        "Мій дід жив на вул. Хрещатик у м. Києві.",
        "Це 3,5 тис. грн. за кв. метр.",
        "Приїхав І. Я. Франко та проф. Грушевський.",
        "Bread, milk, etc. are here.",
        "Яблука, груші і т. д. лежать тут.",
        "Well... maybe it works.",
        "See https://example.org/a.b?c=d.e or mail me@example.org today.",
        "1. The first thing.",
    ],
)
def test_a_dot_that_ends_no_sentence_cuts_nothing(whole: str) -> None:
    assert cut("I say this now! " + whole, merge_chars=1) == ["I say this now!", *_clauses(whole)]


def _clauses(text: str) -> list[str]:
    """With merge_chars=1 all commas cut too; only dots are on trial here."""
    return text.replace(", ", ",|").split("|")


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("He came at 5 p.m. Then he left.", "He came at 5 p.m."),
        ("Apples, pears, etc. They fell.", "etc."),
        ("Груші і т. д. Потім зима.", "Груші і т. д."),
        ("It was in 2024. Then it was not.", "It was in 2024."),
        ("«Добре». Ходімо далі.", "«Добре»."),
        ("Well… Maybe it works.", "Well…"),
    ],
)
def test_a_dot_that_ends_a_sentence_cuts(text: str, ends: str) -> None:
    assert ends in cut("I say this now! " + text, merge_chars=1)


def test_later_sentences_are_put_together() -> None:
    pieces = cut("I say this now! " + "This sentence has thirty chars. " * 12)
    assert all(100 <= len(piece) <= 200 for piece in pieces[3:-1])
    assert len(pieces[1]) < len(pieces[2]) < len(pieces[3])


def test_marks_that_cannot_be_spoken_are_left_out() -> None:
    text = "**Sure!** *smiles* Here is [a link](http://x.y/z) and [1] a list: 😀\n- first *item*\n# Title\n(laughs) 2*3 (e.g. `x`)"
    assert " ".join(cut(text)) == "Sure! Here is a link and a list: first item Title 2×3 (e.g. x)"


@pytest.mark.parametrize("text", ["", "   \n", "😀😀", "...", "—", "***", "[", "*smiles*", "\n- \n"])
def test_nothing_to_say_gives_no_piece(text: str) -> None:
    assert cut(text) == []


@settings(max_examples=300)
@given(TEXTS, st.integers(1, 9))
def test_how_the_text_was_split_into_tokens_changes_nothing(text: str, size: int) -> None:
    assert cut(text, tokens=size) == cut(text)


@settings(max_examples=300)
@given(st.text(st.sampled_from("aбїQЖ15 \n.,!?…;:—«»\"'%/@"), max_size=600))
def test_the_pieces_are_the_answer_but_for_white_space(text: str) -> None:
    pieces = "".join("".join(cut(text)).split())
    whole = "".join(text.split())
    assert whole.startswith(pieces)  # a tail of lone marks is not spoken
    assert not any(character.isalnum() for character in whole[len(pieces) :])


@settings(max_examples=200)
@given(TEXTS, st.integers(40, 90))
def test_no_piece_is_empty_or_too_long(text: str, most: int) -> None:
    for piece in cut(text, most_chars=most):
        assert 0 < len(piece) <= most
        assert piece == " ".join(piece.split())
        assert any(character.isalnum() for character in piece)


@pytest.mark.parametrize("word", ["a", ".", "*", "[x", "(la", "1.", "-", "_", "😀", "https://"])
def test_a_hundred_kilobytes_without_a_blank_come_out_in_bounded_pieces(word: str) -> None:
    text = word * (100_000 // len(word))
    cutter = Cutter(ChunkerSettings())
    pieces = cutter.feed(text)
    assert len("".join(cutter.finish())) <= 400
    assert all(len(piece) <= 200 for piece in pieces)
    assert sum(map(len, pieces)) > 99_000 or not word.isalpha()
