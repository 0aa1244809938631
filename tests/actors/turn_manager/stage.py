"""Stage: plays transcripts on a machine of the turns. Times are in ms, sound positions too (48 samples each)."""

from __future__ import annotations

import re
from typing import Literal, cast

from actors.turn_manager.events import Action, Event, Log, OfReply, Output, Tick
from actors.turn_manager.machine import Machine
from actors.turn_manager.rules import Rules, RulesSettings
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.table import TABLE, Table
from actors.turn_manager.words import language_of
from bus.clock import MS
from bus.messages import (
    ActorHealth,
    Ask,
    CallHealth,
    Caption,
    Conversation,
    Cut,
    Final,
    Line,
    Partial,
    Pause,
    Played,
    Prompt,
    Resume,
    Say,
    Script,
    Sentence,
    SentenceEnd,
    SentencesDone,
    SpeechEdge,
    SpokenText,
    SpokenWord,
    TurnState,
    UserSaid,
)

SAMPLES_PER_MS = 48
_WORD = re.compile(r"(\S+)@(\d+)-(\d+)")


def machine(table: Table = TABLE) -> Machine:
    """A machine with the rules that ship, at their defaults."""
    return Machine(Rules(RulesSettings()), TurnSettings(), table)


class Stage:
    """Words of a transcript in, events to the machine; its actions out as words. `.. show caption lines` shows those too."""

    def __init__(self, table: Table = TABLE) -> None:
        self.now_ms: float = 0
        self._table = table
        self._machine = machine(table)
        self._shown: set[str] = set()
        self._utterance = 0
        self._lines: str | None = None
        self._reply = (0, 0)

    def set_up(self, words: str) -> None:
        """`show caption lines`: what is hidden otherwise. `restart`: a new machine from the snapshot of the old one."""
        verb, *rest = words.split()
        if verb == "show":
            self._shown |= set(rest)
        elif verb == "restart":
            old, self._machine = self._machine, machine(self._table)
            self._machine.restore(old.snapshot())
        else:
            raise ValueError(words)

    def take(self, words: str) -> list[str]:
        """See `_event`."""
        return self._step(self._event(words))

    def pass_until(self, at_ms: float) -> list[str]:
        """Steps the machine at each of its deadlines, to the nanosecond."""
        out: list[str] = []
        while (deadline := self._machine.deadline_ns) is not None and deadline <= at_ms * MS:
            self.now_ms = max(self.now_ms, deadline / MS)
            out += self._step(Tick())
        self.now_ms = at_ms
        return out

    def _step(self, event: Event) -> list[str]:
        actions = self._machine.step(event, round(self.now_ms * MS))
        return [words for action in actions if (words := self._words(action))]

    def _event(self, words: str) -> Event:
        verb, _, rest = words.partition(" ")
        if verb == "vad":
            kind, at_ms = rest.split()
            self._utterance += kind == "started"
            edge = cast(Literal["started", "stopped"], kind)
            return SpeechEdge(kind=edge, utterance=self._utterance, at_ns=int(at_ms) * MS)
        if verb in ("without", "away"):
            state: Literal["given up", "waiting"] = "waiting" if verb == "away" else "given up"
            return CallHealth(actors=tuple(ActorHealth(name, state) for name in rest.split()))
        if verb in ("sentence", "sentences"):
            return self._of_sentence(verb, rest)
        if verb in ("played", "words", "ends"):
            return self._of_reply(verb, rest)
        if verb == "final-of":
            number, _, text = rest.partition(" ")
            return Final(utterance=int(number), text=text, language=language_of(text))
        events: dict[str, Event] = {
            "partial": Partial(utterance=self._utterance, text=rest),
            "final": Final(utterance=self._utterance, text=rest, language=language_of(rest)),
            "ask": Ask(text=rest),
            "say": Say(text=rest),
        }
        return events[verb]

    def _of_sentence(self, verb: str, rest: str) -> OfReply:
        """`sentence 0 Once upon a time.`, `sentences 1`: the chunker, about the present reply."""
        number, _, text = rest.partition(" ")
        if verb == "sentence":
            return OfReply(Sentence(index=int(number), text=text, language=language_of(text)), *self._reply)
        return OfReply(SentencesDone(sentences=int(number)), *self._reply)

    def _of_reply(self, verb: str, rest: str) -> OfReply:
        """`played EVENT MS`, `words SENTENCE one@0-300 two@300-600`, `ends SENTENCE MS [PAUSE]`, each `[of TURN/GEN]`."""
        rest, _, name = rest.partition(" of ")
        turn, gen = map(int, name.split("/")) if name else self._reply
        first, _, more = rest.partition(" ")
        if verb == "words":
            found = [(word, int(start), int(end)) for word, start, end in _WORD.findall(more)]
            spoken = [SpokenWord(f"{w} ", s * SAMPLES_PER_MS, e * SAMPLES_PER_MS) for w, s, e in found]
            return OfReply(SpokenText(sentence=int(first), words=tuple(spoken)), turn, gen)
        if verb == "ends":
            samples, pause = (int(ms) * SAMPLES_PER_MS for ms in [*more.split(), "0"][:2])
            return OfReply(SentenceEnd(sentence=int(first), samples=samples, pause=pause), turn, gen)
        event = cast(Literal["started", "playing", "paused", "resumed", "cut", "done"], first)
        played = Played(event=event, position=int(more) * SAMPLES_PER_MS, at_ns=round(self.now_ms * MS))
        return OfReply(played, turn, gen)

    def _words(self, action: Action) -> str | None:
        if isinstance(action, Log):
            return f"log {action.event}"
        name = f"{action.turn}/{action.gen}"
        if isinstance(action.message, Prompt | Script):
            self._reply = (action.turn, action.gen)
        told = _described(action.message, name, self._shown)
        if isinstance(action.message, Conversation):
            told, self._lines = (told if told != self._lines else None), told
        return told


def _described(message: Output, name: str, shown: set[str]) -> str | None:
    told: str | None = None
    match message:
        case Pause():
            told = f"pause {message.onset_ns / MS:g}"
        case Resume():
            told = "resume"
        case Cut():
            told = f"cut {message.below_gen}"
        case Prompt():
            told = f"prompt {name} {message.language}: {_lines(message.lines)}"
        case Script():
            told = f"script {name} {message.language}: {message.text}"
        case UserSaid():
            told = f"user {name}: {message.text} (ended {message.ended_ns / MS:g}, waited {message.wait_ms:g})"
        case TurnState():
            told = f"state {message.phase}"
        case Caption() if "caption" in shown:
            mark = " (cut)" if message.interrupted else " (done)" if message.done else ""
            mark += " (written)" if message.written else ""
            told = f"caption {name}: {message.text}{mark}"
        case Conversation() if "lines" in shown:
            told = f"lines {_lines(message.lines)}"
    return told


def _lines(lines: tuple[Line, ...]) -> str:
    said = (f"{'avatar' if x.role == 'assistant' else x.role}: {x.text}{_marks(x)}" for x in lines)
    return " | ".join(said)


def _marks(line: Line) -> str:
    marks = {" ~": line.interrupted, " (apology)": line.apology, " (written)": line.written}
    return "".join(mark for mark, here in marks.items() if here)
