"""Phrases that are likely to be said, made into a small language model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from bus.errors import Wrong

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z]")
"""A letter that no word of an English dictionary has."""


def read_phrases(path: Path) -> list[str]:
    """Sentences of a file as bare lower-case words; those in another script than Latin are left out. Raises Wrong.

    A text file in UTF-8 has one sentence a line, and comments that begin with "#"; of a TOML file, such as the persona's,
    the `questions` of all its tables are taken.
    """
    try:
        text = path.read_text(encoding="utf-8")
        sentences = _questions(tomllib.loads(text)) if path.suffix == ".toml" else text.splitlines()
    except (OSError, ValueError, RecursionError) as error:  # bad UTF-8 and bad TOML are ValueErrors
        raise Wrong(
            f"the phrases in {path} cannot be read", "give a text file in UTF-8, one sentence a line"
        ) from error
    spoken = [s for s in sentences if not s.lstrip().startswith("#") and not _FOREIGN.search(s)]
    return [phrase for phrase in map(bare_words, spoken) if phrase]


def _questions(value: object) -> list[str]:
    """All strings of lists named `questions`, wherever they are."""
    if isinstance(value, list):
        return [question for item in value for question in _questions(item)]
    if not isinstance(value, dict):
        return []
    here = value.get("questions", [])
    asked = [item for item in here if isinstance(item, str)] if isinstance(here, list) else []
    return asked + [question for item in value.values() for question in _questions(item)]


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
