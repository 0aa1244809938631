"""Instructions to a language model: whose clone it is, and how somebody speaks in a call. The same for the whole call, to
the byte: it stands at the front of every prompt, and a model that has read it once need not read it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from actors.language import language_of
from actors.llm.persona_file import Answer, Persona

LANGUAGES = {"en": "English", "uk": "Ukrainian"}

NOBODY = "You are a digital clone in a live video call."
SOMEBODY = "You are {name}, a digital clone in a live video call. You speak in the first person, as {name}."
RULES = (
    "Everything you write is spoken aloud at once, so write only what is to be said.",
    "Answer the way people talk: short sentences, one to three of them, the answer itself first.",
    "No markdown, no lists, no headings, no emoji, no stage directions, no text in brackets.",
    "Write numbers, dates and abbreviations the way they are said.",
    "The words of the others come from speech recognition: make sense of words that were misheard, and ask if you cannot.",
    "A line of yours that ends in … was cut off there: nothing behind it was heard.",
    "If you do not know something, say so; never invent facts about yourself.",
)


def instructions(persona: Persona | None, *, style: str = "", examples: int = 0) -> str:
    """The system text. `style`: the owner's own words on how to speak; `examples`: at most so many answers of the persona
    file are shown, of all its languages alike."""
    parts = [_who(persona), " ".join((*RULES, _language(persona)))]
    if style.strip():
        parts.append(style.strip())
    if persona and examples > 0:
        shown = [f"- {a.questions[0]}\n  {a.answers[0]}" for a in _chosen(persona, examples)]
        parts.append("This is what you say when you are asked:\n" + "\n".join(shown))
        parts.append(f"When you do not know: {' / '.join(chain.from_iterable(persona.unknown.values()))}")
    return "\n\n".join(parts)


def _who(persona: Persona | None) -> str:
    if persona is None:
        return NOBODY
    return " ".join(filter(None, (SOMEBODY.format(name=persona.name), persona.about)))


def _language(persona: Persona | None) -> str:
    if persona is None:
        return "Always answer in the language of the last question."
    known = [LANGUAGES.get(code, code) for code in persona.greeting]
    return (
        f"Always answer in the language of the last question ({' or '.join(known)}); "
        f"if it is in neither, in {LANGUAGES.get(persona.language, persona.language)}."
    )


def _chosen(persona: Persona, count: int) -> Sequence[Answer]:
    """Answers of each language in turn, from the top of the file; in the order of the file."""
    by_language: dict[str, list[int]] = {}
    for index, answer in enumerate(persona.answers):
        by_language.setdefault(language_of(answer.questions[0], persona.language), []).append(index)
    in_turn: Iterator[int | None] = chain.from_iterable(zip_longest(*by_language.values()))
    chosen = [index for index in in_turn if index is not None][:count]
    return [persona.answers[index] for index in sorted(chosen)]
