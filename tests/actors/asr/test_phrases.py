"""Scenes of the phrases that are likely to be said."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.asr.phrases import bare_words, read_phrases, write_dictionary, write_model
from bus.errors import Wrong


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Who's there, and why?", "who's there and why"),
        ("Don’t 'quote' me", "don't quote me"),
        ("real-time  24/7", "real time"),
        ("...", ""),
    ],
)
def test_a_sentence_becomes_bare_words(sentence: str, words: str) -> None:
    assert bare_words(sentence) == words


def test_a_text_file_has_one_sentence_a_line(tmp_path: Path) -> None:
    path = tmp_path / "phrases.txt"
    path.write_text("# mine\nHow do you work?\n\n   \nGoodbye.\nЯк ти працюєш?\n", encoding="utf-8")
    assert read_phrases(path) == ["how do you work", "goodbye"]


def test_of_a_persona_the_questions_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "persona.toml"
    path.write_text(
        'name = "Nova"\n[[answer]]\nquestions = ["who are you", "хто ти"]\nanswer = "Me."\n'
        '[[answer]]\nquestions = ["Goodbye!"]\nanswers = ["Bye."]\n',
        encoding="utf-8",
    )
    assert read_phrases(path) == ["who are you", "goodbye"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfa"])
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "phrases.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Wrong, match="phrases"):
        read_phrases(path)


def test_the_model_knows_every_word_and_pair_of_the_phrases(tmp_path: Path) -> None:
    write_model(["how do you work", "how are you"], tmp_path / "lm")
    lines = (tmp_path / "lm").read_text(encoding="utf-8").splitlines()
    grams = {" ".join(line.split()[1:]).rstrip("-.0123456789 ") for line in lines if line.startswith("-")}
    assert {"work", "how do", "you </s>", "do you work"} <= grams
    assert "work are" not in grams


def test_the_dictionary_has_all_ways_to_say_the_words_and_no_other(tmp_path: Path) -> None:
    sounds = {"a": "AH", "a(2)": "EY", "b": "B IY", "c": "S IY"}
    write_dictionary(["b a", "a"], sounds.get, tmp_path / "dict")
    assert (tmp_path / "dict").read_text(encoding="utf-8") == "a AH\na(2) EY\nb B IY\n"
