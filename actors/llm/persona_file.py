"""Persona file: the owner's questions and answers, read from TOML and checked to the last word."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bus.errors import Wrong

LARGEST_BYTES = 2_000_000
MOST_QUESTIONS = 5_000
KEYS = ("name", "language", "about", "greeting", "unknown", "answer")
ANSWER_KEYS = ("questions", "answer", "answers")


@dataclass(frozen=True, slots=True)
class Answer:
    """Ways to ask, and ways to answer; at least one of each."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Persona:
    """Who speaks and what. `greeting` and `unknown` by language; both hold `language`."""

    name: str
    language: str
    greeting: Mapping[str, str]
    unknown: Mapping[str, tuple[str, ...]]
    answers: tuple[Answer, ...]
    about: str = ""
    """Who that is, in a few sentences, for a language model."""


def read_persona(path: Path) -> Persona:
    """Reads the file. Raises Wrong with the place, what is wrong and what would be right."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Wrong(
                f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB", "a persona file holds a few hundred answers"
            )
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise Wrong(
            f"the persona file {path} cannot be read: {error.strerror}", "name it as `persona = ...`"
        ) from error
    except UnicodeDecodeError as error:
        raise Wrong(f"{path} is not UTF-8 text", "save it with the encoding UTF-8") from error
    except (ValueError, RecursionError) as error:  # bad TOML, a number of thousands of digits; nested too deep
        raise Wrong(f"{path} is not valid TOML: {error}", "mind quotes and commas near that place") from error
    return _Reader(path, text).persona(table)


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = [i for i, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*answer\s*\]\]", line)]
        self._name = ""

    def persona(self, table: Mapping[str, object]) -> Persona:
        """The checked file."""
        where = str(self._path)
        _only(where, table, KEYS)
        self._name = _text(where, "name", table.get("name"))
        language = _text(where, "language", table.get("language"))
        greeting = {key: self._say(where, f"greeting.{key}", v) for key, v in _table(where, "greeting", table).items()}
        unknown = {key: self._says(where, f"unknown.{key}", v) for key, v in _table(where, "unknown", table).items()}
        for key, known in (("greeting", greeting), ("unknown", unknown)):
            if language not in known:
                raise Wrong(
                    f"{where}: [{key}] has no text for the language {language!r}", f'add {language} = "..." there'
                )
        entries = table.get("answer")
        if not isinstance(entries, list) or not entries:
            raise Wrong(f"{where} has no answers", "add [[answer]] with questions = [...] and answer = ...")
        places = [self._place(i, len(entries)) for i in range(len(entries))]
        answers = tuple(self._answer(place, entry) for place, entry in zip(places, entries, strict=True))
        _no_doubles(answers, places)
        about = self._say(where, "about", table["about"]) if "about" in table else ""
        return Persona(self._name, language, greeting, unknown, answers, about)

    def _place(self, index: int, entries: int) -> str:
        line = f"line {self._lines[index]}, " if len(self._lines) == entries else ""
        return f"{self._path}, {line}answer {index + 1}"

    def _answer(self, place: str, entry: object) -> Answer:
        if not isinstance(entry, dict):
            raise Wrong(f"{place} is not a table", "write [[answer]] on a line of its own above it")
        _only(place, entry, ANSWER_KEYS)
        if ("answer" in entry) == ("answers" in entry):
            raise Wrong(
                f"{place} needs one of `answer` and `answers`", 'write answer = "..." or answers = ["...", "..."]'
            )
        one = "answer" in entry
        said = (self._say(place, "answer", entry["answer"]),) if one else self._says(place, "answers", entry["answers"])
        questions = _texts(place, "questions", entry.get("questions"))
        for question in questions:
            if not re.search(r"\w", question):
                raise Wrong(f"{place}: the question {question!r} has no words", "write it as somebody would say it")
        return Answer(questions, said)

    def _say(self, place: str, key: str, value: object) -> str:
        return self._named(place, key, _text(place, key, value))

    def _says(self, place: str, key: str, value: object) -> tuple[str, ...]:
        return tuple(self._named(place, key, text) for text in _texts(place, key, value))

    def _named(self, place: str, key: str, text: str) -> str:
        for found in re.findall(r"\{(\w*)\}", text):
            if found != "name":
                raise Wrong(f"{place}: {key} has {{{found}}}, which means nothing", "only {name} is replaced")
        return text.replace("{name}", self._name)


def _only(place: str, table: Mapping[str, object], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            close = get_close_matches(key, keys, 1)
            raise Wrong(
                f"{place}: there is no key {key!r}",
                f"did you mean {close[0]!r}?" if close else f"keys: {', '.join(keys)}",
            )


def _table(place: str, key: str, table: Mapping[str, object]) -> Mapping[str, object]:
    value = table.get(key)
    if not isinstance(value, dict):
        raise Wrong(
            f"{place}: {key} is missing or not a table",
            f'write [{key}] and below it one line for each language: en = "..."',
        )
    return value


def _text(place: str, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong(f"{place}: {key} is {_kind(value)}", f'write {key} = "some text"')
    return " ".join(value.split())


def _texts(place: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise Wrong(f"{place}: {key} is {_kind(value)}", f'write {key} = ["one", "another"]')
    return tuple(_text(place, key, text) for text in value)


def _kind(value: object) -> str:
    return "missing" if value is None else "empty" if value in ("", []) else f"{value!r:.40}"


def _no_doubles(answers: Iterable[Answer], places: list[str]) -> None:
    seen: dict[str, str] = {}
    for place, answer in zip(places, answers, strict=True):
        for question in answer.questions:
            plain = " ".join(re.findall(r"\w+", question.casefold()))
            if plain in seen:
                raise Wrong(f"{place}: {question!r} is asked twice, also in {seen[plain]}", "keep it at one answer")
            seen[plain] = place
    if len(seen) > MOST_QUESTIONS:
        raise Wrong(f"{len(seen)} questions are too many to match in time", f"keep at most {MOST_QUESTIONS}")
