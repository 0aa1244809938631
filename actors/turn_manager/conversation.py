"""Conversation so far: the user's lines, and each reply as far as it was heard."""

from __future__ import annotations

from dataclasses import dataclass, field

from actors.turn_manager.heard import Heard
from actors.turn_manager.words import join
from bus.messages import Caption, Line, Played, Sentence, SentencesDone

CORRECTABLE = 4
"""How many of the last entries may still change: a cut reply's last heard sample is reported a moment after the cut."""


@dataclass(slots=True)
class Reply:
    """One reply of the avatar, named by its turn and generation."""

    turn: int
    gen: int
    language: str
    answers: bool
    """It answers the user's line before it; else it is a text spoken word for word."""
    progress_ns: int
    """When it was asked for, or when something new was last heard of it."""
    heard: Heard = field(default_factory=Heard)
    interrupted: bool = False
    over: bool = False
    apology: bool = False
    """It says that there is no answer."""
    words: dict[int, str] = field(default_factory=dict)
    """Its sentences, as they are to be spoken."""
    complete: bool = False
    """All its sentences are known."""
    written: bool = False
    """Nobody can speak it: its words are shown instead."""
    shown: Caption = field(default_factory=lambda: Caption(text=""))
    """The caption as it was last sent."""

    def play(self, played: Played, now_ns: int) -> None:
        """What mic-out says was heard. Its last word (cut or done) holds, even against what it said before."""
        if played.position > self.heard.position or played.event != "playing":
            self.progress_ns = now_ns
        last = played.event in ("cut", "done")
        self.heard.position = played.position if last else max(self.heard.position, played.position)
        if last:
            self.interrupted = played.event == "cut"
            self.heard.to_the_end = played.event == "done"

    def think(self, thought: Sentence | SentencesDone, now_ns: int) -> None:
        """What it is to say. Before its first sound that is news of it."""
        match thought:
            case Sentence(index=index, text=text):
                self.words[index] = text
            case SentencesDone():
                self.complete = True
        if not self.heard.position:
            self.progress_ns = now_ns

    def caption(self) -> Caption | None:
        """The caption to send now; None when the last one still holds, or when there never was a word."""
        cut = self.over and self.interrupted
        caption = Caption(text=self.text, done=self.over, interrupted=cut, written=self.written)
        if caption == self.shown or not (caption.text or self.shown.text):
            return None
        self.shown = caption
        return caption

    @property
    def text(self) -> str:
        """What was heard of it; where nobody can speak, all that it was to say."""
        return join(*(self.words[i] for i in sorted(self.words))) if self.written else self.heard.text

    @property
    def awaited(self) -> bool:
        """It is an answer of which nothing has come yet."""
        return self.answers and not (self.apology or self.words or self.complete or self.heard.position)

    @property
    def line(self) -> Line:
        """What was heard of it, as a line of the conversation."""
        return Line("assistant", self.text, self.turn, self.interrupted, self.apology, self.written)


class Dialogue:
    """User lines and replies in, lines of heard words out. Keeps the last `keep` entries."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._entries: list[Line | Reply] = []
        self._language = ""

    def lines_but(self, open_reply: Reply | None) -> tuple[Line, ...]:
        """All lines, without that of a reply that may still grow."""
        return tuple(
            line for line in self.lines if not open_reply or (line.role, line.turn) != ("assistant", open_reply.turn)
        )

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines; a reply of which no word was heard has none."""
        lines = (entry.line if isinstance(entry, Reply) else entry for entry in self._entries)
        return tuple(line for line in lines if line.text)

    @property
    def language(self) -> str:
        """Language of the last reply; empty when there is none."""
        return self._language

    def add(self, entry: Line | Reply) -> None:
        """Appends a line or a reply. Of a reply that cannot change any more only its line is kept, not the places of its words."""
        self._entries.append(entry)
        if isinstance(entry, Reply):
            self._language = entry.language
        if len(self._entries) > CORRECTABLE and isinstance(settled := self._entries[-CORRECTABLE - 1], Reply):
            self._entries[-CORRECTABLE - 1] = settled.line
        del self._entries[: -self._keep]

    def restore(self, lines: tuple[Line, ...]) -> None:
        """Begins with the lines of an earlier life."""
        self._entries = list(lines[-self._keep :])

    def reply(self, turn: int, gen: int) -> Reply | None:
        """The reply of that turn and generation, if it is among the last entries."""
        for entry in self._entries[-CORRECTABLE:]:
            if isinstance(entry, Reply) and (entry.turn, entry.gen) == (turn, gen):
                return entry
        return None

    def unanswered(self, reply: Reply) -> Line | None:
        """The user's line before `reply` when that is the last entry, was an answer, and no word of it was heard."""
        match self._entries[-2:]:
            case [Line(role="user") as line, Reply() as last] if (
                last is reply and reply.answers and reply.heard.nothing and not reply.written
            ):
                return line
        return None

    def go_on(self, line: Line, text: str) -> Line:
        """Replaces the unanswered user line, and the unheard reply behind it, by the line with `text` joined to it."""
        del self._entries[-2:]
        joined = Line("user", join(line.text, text), line.turn)
        self.add(joined)
        return joined
