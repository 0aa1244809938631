"""User's turn being collected: its utterances, with the words that are known of them so far."""

from __future__ import annotations

from dataclasses import dataclass

from actors.turn_manager.events import Judged
from actors.turn_manager.words import join, language_of
from bus.messages import Final, Partial, SpeechEdge


@dataclass(slots=True)
class Utterance:
    """One stretch of speech, from vad's `started` to its `stopped`. Times are true times, in ns."""

    number: int
    """Vad's count, from 1 in each of its lives."""
    started_ns: int
    news_ns: int
    """When something was last learned about it."""
    stopped_ns: int | None = None
    partial: str = ""
    final: str | None = None
    language: str = ""
    heard: float | None = None
    """How sure the engine is, by ear, that the user had finished with it."""

    @property
    def text(self) -> str:
        """The final words, or what is known until they come."""
        return self.partial if self.final is None else self.final

    @property
    def ended_ns(self) -> int:
        """When it ended; its start while it is open."""
        return self.started_ns if self.stopped_ns is None else self.stopped_ns


class UserTurn:
    """Collects edges and words of utterances; falsy while there is none.

    What comes for an utterance that was already dropped is ignored. What comes for one whose start was never seen (this
    process was restarted in the middle of it) opens it.
    """

    def __init__(self) -> None:
        self._utterances: list[Utterance] = []
        self._newest = 0

    def __bool__(self) -> bool:
        return bool(self._utterances)

    @property
    def over(self) -> int:
        """The last utterance of which nothing more is wanted; a new life of this process must be told."""
        return self._utterances[0].number - 1 if self._utterances else self._newest

    @over.setter
    def over(self, number: int) -> None:
        self._newest = number

    def take(self, event: SpeechEdge | Partial | Final | Judged, now_ns: int) -> None:
        """News of an utterance."""
        match event:
            case SpeechEdge(kind="started"):
                self.started(event.utterance, event.at_ns, now_ns)
            case SpeechEdge():
                self.stopped(event.utterance, event.at_ns, now_ns)
            case Partial():
                self.partial(event.utterance, event.text, now_ns)
            case Final():
                self.final(event.utterance, event.text, event.language, now_ns)
            case Judged():
                self.judge(event.utterance, event.heard)

    def started(self, number: int, at_ns: int, now_ns: int) -> None:
        """Speech began. Another utterance that is still open ended unseen: vad has one open at a time."""
        last = self._utterances[-1] if self._utterances else None
        if last and last.number == number and last.stopped_ns is None:
            last.started_ns = at_ns  # its words overtook this edge
            return
        self.close(at_ns)
        self._newest = number
        self._utterances.append(Utterance(number, at_ns, now_ns))

    def stopped(self, number: int, at_ns: int, now_ns: int) -> None:
        """Speech ended."""
        if one := self._find(number, at_ns, now_ns):
            one.stopped_ns = at_ns

    def partial(self, number: int, text: str, now_ns: int) -> None:
        """The words so far; too late when the final ones are known."""
        if one := self._find(number, now_ns, now_ns):
            one.partial = text

    def final(self, number: int, text: str, language: str, now_ns: int) -> None:
        """The final words."""
        if one := self._find(number, now_ns, now_ns):
            one.final, one.language = text, language
            if one.stopped_ns is None:
                one.stopped_ns = now_ns  # no later than now; vad's word for it, if it still comes, is the true one

    def judge(self, number: int, heard: float | None) -> None:
        """What the engine heard in the sound up to the end of an utterance. No news of the person: waits do not begin anew."""
        for one in self._utterances:
            if one.number == number:
                one.heard = heard

    def _find(self, number: int, onset_ns: int, now_ns: int) -> Utterance | None:
        if number > self._newest:
            self.started(number, onset_ns, now_ns)
        one = next((u for u in reversed(self._utterances) if u.number == number), None)
        if one:
            one.news_ns = now_ns
        return one

    def close(self, at_ns: int) -> None:
        """Ends the open utterance, if there is one, without vad's word for it."""
        for one in self._utterances:
            if one.stopped_ns is None:
                one.stopped_ns = max(one.started_ns, at_ns)

    def give_up(self) -> None:
        """Takes the partial words for the final ones wherever those are missing."""
        for one in self._utterances:
            one.final = one.text

    def clear(self) -> None:
        """Drops all utterances."""
        self._utterances.clear()

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """All of them, oldest first."""
        return tuple(self._utterances)

    @property
    def heard(self) -> float | None:
        """How sure the engine is, by ear, that the user has finished; None when it was not told of the last utterance."""
        return self._utterances[-1].heard if self._utterances else None

    @property
    def speaking(self) -> bool:
        """The user is speaking, as far as is known."""
        return any(one.stopped_ns is None for one in self._utterances)

    @property
    def missing_since_ns(self) -> int | None:
        """True end of the last utterance without final words; None when all have theirs."""
        return max((one.ended_ns for one in self._utterances if one.final is None), default=None)

    @property
    def wordless(self) -> bool:
        """Of an utterance not even partial words came yet, and it is one that the recogniser is still to come to."""
        known = max((i for i, one in enumerate(self._utterances) if one.final is not None), default=-1)
        return any(not one.text for one in self._utterances[known + 1 :])

    @property
    def text(self) -> str:
        """All words known so far."""
        return join(*(one.text for one in self._utterances))

    @property
    def language(self) -> str:
        """Language of the last utterance that has words."""
        for one in reversed(self._utterances):
            if one.text.strip():
                return one.language or language_of(one.text)
        return language_of("")

    @property
    def onset_ns(self) -> int:
        """True start of the first utterance."""
        return min(one.started_ns for one in self._utterances)

    @property
    def ended_ns(self) -> int:
        """True end of the last utterance; its start while it is open."""
        return max(one.ended_ns for one in self._utterances)

    @property
    def news_ns(self) -> int:
        """When something was last learned about any utterance."""
        return max(one.news_ns for one in self._utterances)
