"""Rules of the thoughts: every token and every sentence of a reply is there exactly once, in order, and nothing was added or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bus.messages import AnswerDone, Script, Sentence, SentencesDone, Token
from remote.audit.ends import cut_at, name_of
from remote.audit.evidence import Evidence, Key, Violation


def tokens_once(evidence: Evidence) -> Iterator[Violation]:
    """The answer's tokens count up from 0 without gap or repeat; as many as it says, unless the reply was cut."""
    totals = {seen.key: message.tokens for seen, message in evidence.of(AnswerDone)}
    yield from _counted(
        evidence, "tokens", {k: [t.index for t in v] for k, v in evidence.by_reply(Token).items()}, totals
    )


def sentences_once(evidence: Evidence) -> Iterator[Violation]:
    """So do its sentences."""
    totals = {seen.key: message.sentences for seen, message in evidence.of(SentencesDone)}
    indexes = {k: [s.index for s in v] for k, v in evidence.by_reply(Sentence).items()}
    yield from _counted(evidence, "sentences", indexes, totals)


def sentences_say_the_answer(evidence: Evidence) -> Iterator[Violation]:
    """The sentences of a whole reply are its tokens, or its script, word for word."""
    done = {seen.key: seen.at_ns for seen, _ in evidence.of(SentencesDone)}
    texts = {key: "".join(token.text for token in tokens) for key, tokens in evidence.by_reply(Token).items()}
    texts |= {key: " ".join(script.text for script in scripts) for key, scripts in evidence.by_reply(Script).items()}
    for key, sentences in evidence.by_reply(Sentence).items():
        said, meant = (_letters(text) for text in (" ".join(s.text for s in sentences), texts.get(key, "")))
        if key in done and key not in cut_at(evidence) and said != meant:
            yield Violation(
                "sentences say the answer", done[key], f"{name_of(key)}: {len(said)} of {len(meant)} letters"
            )


def _counted(
    evidence: Evidence, what: str, indexes: dict[Key, list[int]], totals: dict[Key, int]
) -> Iterator[Violation]:
    cut = cut_at(evidence)
    ends = {seen.key: seen.at_ns for seen in evidence.seen}
    for key in indexes.keys() | totals.keys():
        found = indexes.get(key, [])
        total = len(found) if key in cut else totals.get(key, len(found))
        if wrong := _wrong(found, total):
            yield Violation(f"{what} exactly once", ends[key], f"{name_of(key)}: {wrong}")


def _wrong(found: Sequence[int], total: int) -> str:
    """What is wrong with indexes that should be 0..total-1 in order."""
    if list(found) == list(range(total)):
        return ""
    missing = sorted(set(range(max(total, max(found, default=-1) + 1))) - set(found))
    twice = sorted({index for index in found if found.count(index) > 1})
    parts = [f"missing {missing[:8]}"] * bool(missing) + [f"twice {twice[:8]}"] * bool(twice)
    return " and ".join(parts) or f"in disorder: {list(found)[:12]}"


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
