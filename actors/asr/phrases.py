"""Phrases that are likely to be said: sample sentences, one a line, made into a small language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from bus.errors import Wrong

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def read_phrases(path: Path) -> list[str]:
    """Sentences of a UTF-8 text file as bare lower-case words; lines that begin with "#" are comments. Raises Wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(
            f"the phrases in {path} cannot be read", "give a text file in UTF-8, one sentence a line"
        ) from error
    phrases = [bare_words(line) for line in lines if not line.lstrip().startswith("#")]
    return [phrase for phrase in phrases if phrase]


def bare_words(sentence: str) -> str:
    """ "Who's there, and why?" becomes "who's there and why": what a recogniser gives, and a dictionary holds."""
    return " ".join(_WORD.findall(sentence.lower().replace("’", "'")))


def write_model(phrases: Iterable[str], path: Path) -> None:
    """Writes a trigram model of the phrases in ARPA format."""
    from pocketsphinx.lm import ArpaBoLM

    model = ArpaBoLM(add_start=True)
    model.read_corpus(phrases)
    model.compute()
    with path.open("w", encoding="utf-8") as file:
        model.write(file)


def write_dictionary(phrases: Iterable[str], look_up: Callable[[str], str | None], path: Path) -> None:
    """Writes the pronunciations of the phrases' words, variants ("the(2)") included.

    With so small a dictionary a decoder loads in 0.05 s; with the whole one, 134,000 words, in 1.5 s.
    """
    lines = []
    for word in sorted({word for phrase in phrases for word in phrase.split()}):
        name, number = word, 1
        while (sounds := look_up(name)) is not None:
            lines.append(f"{name} {sounds}\n")
            number += 1
            name = f"{word}({number})"
    path.write_text("".join(lines), encoding="utf-8")
