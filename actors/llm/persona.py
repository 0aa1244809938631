"""Persona: a language model without a model. It knows the owner's answers and tells which one was asked for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from actors.language import language_of
from actors.llm.engine import Cost
from actors.llm.matching import Matcher
from actors.llm.persona_file import Persona, read_persona
from bus.clock import SECOND, now_ns, sleep_until
from bus.errors import Fatal
from bus.messages import Line

NOTHING = -1
LINES_LOOKED_BACK = 12
WORDS_MATCHED = 48
"""Of a long text the last ones, where the question stands: 30,000 words took 40 s to match."""


class PersonaSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose answers, and how they are given."""

    persona: Annotated[str, msgspec.Meta(extra={"path": "input"})]
    """The file of questions and answers, such as topology/persona.toml."""
    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.66
    """Likeness of a question from which it counts as asked. Lower answers more freely and more often beside the point;
    measured in tests/actors/llm/test_matching.py."""
    tokens_per_s: Annotated[float, msgspec.Meta(gt=0, le=10_000)] = 60.0
    """Words a second in which the answer streams; a fast language model's pace."""


class PersonaModel:
    """Looks up the last line of the conversation; what was asked before only decides between ways to say it."""

    Settings: ClassVar = PersonaSettings
    examines: ClassVar[Mapping[str, Callable[[Path], object]]] = {"persona": read_persona}

    def __init__(self, settings: PersonaSettings) -> None:
        self._settings = settings
        self._persona: Persona | None = None
        self._matcher: Matcher | None = None
        self.cost = Cost()

    async def load(self) -> None:
        """Raises Wrong when the file cannot be used."""
        self._persona = read_persona(Path(self._settings.persona))
        try:
            self._matcher = Matcher([answer.questions for answer in self._persona.answers])
        except ImportError as error:
            raise Fatal("the package rapidfuzz is missing", "install it: uv pip install rapidfuzz") from error

    @asynccontextmanager
    async def reply(self, conversation: Sequence[Line], begun: str) -> AsyncIterator[AsyncIterator[str]]:
        """The answer word by word, each with the blank after it. Nothing more when the file has another one by now."""
        answer = " ".join(self.answer(conversation).split())
        rest = answer.removeprefix(begun) if answer.startswith(begun) else ""
        async with aclosing(self._stream(rest)) as words:
            yield words

    async def _stream(self, answer: str) -> AsyncGenerator[str, None]:
        begun = now_ns()
        words = answer.split()
        for index, word in enumerate(words):
            await sleep_until(begun + round(index * SECOND / self._settings.tokens_per_s))
            yield word if index == len(words) - 1 else word + " "

    def answer(self, conversation: Sequence[Line]) -> str:
        """The whole answer to the last line."""
        assert self._persona is not None, "load() first"
        persona = self._persona
        asked = [line.text for line in conversation[-LINES_LOOKED_BACK:] if line.role == "user"]
        text = asked[-1] if asked else ""
        language = language_of(text, persona.language)
        if not any(character.isalnum() for character in text):
            return persona.greeting.get(language, persona.greeting[persona.language])
        found = self.find(text)
        if found == NOTHING:
            answers = persona.unknown.get(language, persona.unknown[persona.language])
        else:
            answers = persona.answers[found].answers
        before = sum(self.find(earlier) == found for earlier in asked[:-1]) if len(answers) > 1 else 0
        return answers[before % len(answers)]

    def find(self, text: str) -> int:
        """Index of the answer that `text` asks for, or NOTHING."""
        assert self._matcher is not None, "load() first"
        index, score = self._matcher.best(" ".join(text.split()[-WORDS_MATCHED:]))
        return index if score >= self._settings.threshold else NOTHING

    async def close(self) -> None:
        """Forgets the file."""
        self._persona = self._matcher = None
