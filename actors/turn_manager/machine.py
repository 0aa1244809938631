"""Machine of the turns: carries out the table. Synchronous, without I/O; time is an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from actors.turn_manager import overlap, patience
from actors.turn_manager.backchannel import only_hush
from actors.turn_manager.conversation import Dialogue, Reply
from actors.turn_manager.ending import Ending, ending, lose_patience
from actors.turn_manager.engine import EndOfTurn
from actors.turn_manager.events import Action, Event, Judged, Log, OfReply, Output, Send
from actors.turn_manager.faculties import Faculties
from actors.turn_manager.scripts import MAX_TEXT, Scripts
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.table import TABLE, Act, Table, Trigger
from actors.turn_manager.user_turn import UserTurn
from actors.turn_manager.words import join, language_of
from bus.clock import MS
from bus.messages import (
    Ask,
    CallHealth,
    Conversation,
    Cut,
    Final,
    Line,
    OpenReply,
    Partial,
    Pause,
    Phase,
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
    TurnState,
    UserSaid,
)


class Machine:
    """Events in, actions out. Between two steps nothing happens, unless `deadline_ns` comes: then `step(Tick(), now)`."""

    def __init__(self, engine: EndOfTurn, settings: TurnSettings, table: Table = TABLE) -> None:
        self.phase: Phase = "listening"
        self._engine = engine
        self._settings = settings
        self._table = table
        self._dialogue = Dialogue(settings.keep_lines)
        self._turn, self._gen = 0, 1
        self.user = UserTurn()
        self._reply: Reply | None = None
        self._taken_from: Reply | None = None
        """The reply from which the open turn was taken."""
        self._orphan: tuple[int, int] | None = None
        self._left = OpenReply("")
        """A reply (its turn and generation) that may be playing since before `restore`, and what was known of it."""
        self.scripts = Scripts()
        self._able, self._typed = Faculties(), ""
        self._now, self._changed = 0, False
        self._out: list[Action] = []
        self._acts: Mapping[Act, Callable[[], None]] = {
            "answer": self._answer, "apologise": self._apologise, "close": self._close, "cut": self._cut,
            "forget": self._forget, "hold": self._hold, "note": self._note, "recite": self._recite,
            "release": self._release, "reopen": self._reopen,
        }  # fmt: skip

    def snapshot(self) -> Conversation:
        """What a new life of this machine needs."""
        reply, lines = self._reply, self._dialogue.lines_but(self._reply)
        left = OpenReply(reply.language, reply.heard.sentences, reply.heard.ends) if reply else None
        return Conversation(lines=lines, next_turn=self._turn + 1, gen=self._gen, open=left, utterance=self.user.over)

    def restore(self, snapshot: Conversation) -> None:
        """Goes on where an earlier life was. A reply that is being played is taken up at its next sign of life."""
        self._dialogue.restore(snapshot.lines)
        self._turn, self._gen, self.user.over = snapshot.next_turn - 1, snapshot.gen, snapshot.utterance
        self._orphan, self._left = (self._turn, self._gen), snapshot.open or self._left

    @property
    def deadline_ns(self) -> int | None:
        """When to step again if nothing happens before; None while listening."""
        if self.phase == "listening":
            return None
        if self.phase in ("user-speaking", "interrupted"):
            return self._ending().at_ns
        dates = [overlap.decided_at(self.user, self._settings)] if self.user else []
        if self._reply and self.phase != "paused":
            dates.append(patience.due_at(self._reply, self.phase, self._able, self._settings))
        return min(dates)

    def step(self, event: Event, now_ns: int) -> list[Action]:
        """Takes one event at `now_ns` (this host's clock) and gives what to do, in order."""
        self._now, self._out, self._changed = now_ns, [], False
        before = self.phase
        self._take(event)
        while trigger := self._due():
            self._fire(trigger)
        if self._changed:
            self._send(self.snapshot())
        if self.phase != before:
            self._send(TurnState(phase=self.phase, since_ns=now_ns))
        return self._out

    def _take(self, event: Event) -> None:
        match event:
            case SpeechEdge() | Partial() | Final() | Judged():
                self.user.take(event, self._now)
            case CallHealth():
                before, self._able = self._able, Faculties.of(event)
                if self._reply and self._able.whole and not before.whole:
                    self._reply.progress_ns = self._now
            case Ask() if self._acceptable(event.text):
                self._typed = event.text.strip()
                self._fire("asked")
            case Say() if self._acceptable(event.text):
                if not self.scripts.add(event.text.strip()):
                    self._log("text to say dropped", waiting=len(self.scripts))
            case OfReply():
                self._take_of_reply(event)
        if not self._able.notices:
            self.user.close(self._now)
        if not self._able.understands:
            self.user.give_up()

    def _due(self) -> Trigger | None:
        """What follows from the state of things now, if anything does."""
        if self.user and "speech" in self._table[self.phase]:
            return "speech"
        if self.phase == "listening":
            return "script" if self.scripts else None
        if self.phase in ("user-speaking", "interrupted"):
            return self._end_of_turn()
        if self.user and (verdict := overlap.judge(self.user, self._settings, self._now)):
            return verdict
        return self._impatience(self._reply) if self._reply and self.phase != "paused" else None

    def _impatience(self, reply: Reply) -> Trigger | None:
        due = patience.judge(reply, self.phase, self._able, self._settings, self._now)
        if due in patience.WHY:
            self._log(patience.WHY[due], waited_ms=(self._now - reply.progress_ns) // MS)
        reply.written |= due in ("late", "done") and not (self._able.speaks and reply.heard.position)
        return due

    def _fire(self, trigger: Trigger) -> None:
        way = self._table[self.phase][trigger]
        for act in way.acts:
            self._acts[act]()
        self.phase = way.to

    def _ending(self) -> Ending:
        return ending(self.user, self._engine, self._settings)

    def _end_of_turn(self) -> Trigger | None:
        self._out += lose_patience(self.user, self._engine, self._settings, self._now)
        end = self._ending()
        if self._now < end.at_ns:
            return None
        if self.phase == "interrupted" and only_hush(self.user.text):
            return "hush"
        return "ended" if self.user.text or self._unanswered() else "empty"

    def _unanswered(self) -> Line | None:
        return self._dialogue.unanswered(self._taken_from) if self._taken_from else None

    def _answer(self) -> None:
        typed, text = self._typed, join(self.user.text, self._typed)
        ended_ns, wait_ms = (self._now, 0) if typed else (self.user.ended_ns, self._ending().wait_ms)
        language = language_of(typed) if typed else self.user.language
        line = self._unanswered()
        if line and self._taken_from:
            language = language if text else self._taken_from.language
            line = self._dialogue.go_on(line, text)
        else:
            self._turn += 1
            line = Line("user", text, self._turn)
            self._dialogue.add(line)
        if text:
            self._send(UserSaid(text=line.text, ended_ns=ended_ns, wait_ms=wait_ms), t0_ns=ended_ns)
        self._typed = ""
        self._forget()
        if self._able.thinks:
            self._send(Prompt(lines=self._dialogue.lines, language=language), t0_ns=ended_ns)
        self._expect(language, answers=True)

    def _forget(self) -> None:
        self.user.clear()
        self._taken_from = None

    def _note(self) -> None:
        self._turn += 1
        self._dialogue.add(Line("user", self.user.text, self._turn))
        self._send(UserSaid(text=self.user.text, ended_ns=self.user.ended_ns), t0_ns=self.user.ended_ns)
        if hushed := self.scripts.hush():
            self._log("waiting texts hushed", texts=hushed)
        self._forget()
        self._changed = True

    def _acceptable(self, text: str) -> bool:
        if len(text) > MAX_TEXT:
            self._log("typed text too long", characters=len(text))
        return bool(text.strip()) and len(text) <= MAX_TEXT

    def _take_of_reply(self, event: OfReply) -> None:
        if not (reply := self._dialogue.reply(event.turn, event.gen) or self._adopt(event)):
            return
        match event.message:
            case Played() as played:
                reply.play(played, self._now)
                if reply is self._reply:
                    self._follow(reply, played)
            case SpokenText() | SentenceEnd() as told:
                reply.heard.learn(told)
                self._changed = self._changed or reply is self._reply
            case Sentence() | SentencesDone() as thought:
                reply.think(thought, self._now)
        reply.written |= reply is self._reply and self.phase == "thinking" and not self._able.speaks
        self._show(reply)

    def _follow(self, reply: Reply, played: Played) -> None:
        if played.event in ("cut", "done"):
            self._fire("done")
        elif self.phase == "thinking" and (played.event == "started" or played.position):
            self._fire("heard")

    def _adopt(self, event: OfReply) -> Reply | None:
        over = isinstance(event.message, Played) and event.message.event in ("cut", "done")
        void = over and not (self._left.sentences and self.phase == "listening")
        if void or self._orphan != (event.turn, event.gen) or "adopted" not in self._table[self.phase]:
            return None
        reply = self._expect(self._left.language, answers=False)
        reply.heard.restore(self._left.sentences, self._left.ends)
        self._fire("adopted")
        return reply

    def _expect(self, language: str, *, answers: bool) -> Reply:
        self._reply = Reply(self._turn, self._gen, language, answers, self._now)
        self._dialogue.add(self._reply)
        self._orphan = None
        self._changed = True
        return self._reply

    def _recite(self) -> None:
        text = self.scripts.next()
        self._turn += 1
        self._speak(text, self._expect(language_of(text), answers=False))

    def _apologise(self) -> None:
        reply = self._expect(self._dialogue.language, answers=True)
        reply.apology = True
        self._speak(self._settings.apology_in(reply.language), reply)

    def _speak(self, text: str, reply: Reply) -> None:
        """Has a text spoken word for word; where nobody can, it is there in writing."""
        if self._able.speaks:
            self._send(Script(text=text, language=reply.language), t0_ns=self._now)
        else:
            reply.words, reply.complete = {0: text}, True

    def _hold(self) -> None:
        self._send(Pause(onset_ns=self.user.onset_ns))

    def _release(self) -> None:
        self._send(Resume())
        if self._reply:
            self._reply.progress_ns = self._now

    def _cut(self) -> None:
        self._gen += 1
        self._send(Cut(below_gen=self._gen))
        if self._reply:
            self._reply.interrupted = not self._reply.written
        self._close()

    def _close(self) -> None:
        reply, self._reply = self._reply, None
        if reply:
            reply.over = True
            self._show(reply)
        self._changed = True

    def _reopen(self) -> None:
        self._taken_from = self._reply

    def _show(self, reply: Reply) -> None:
        """Sends what was heard of the reply, where that has changed."""
        if caption := reply.caption():
            self._out.append(Send(caption, reply.turn, reply.gen))
            self._changed = self._changed or reply.over

    def _send(self, message: Output, *, t0_ns: int | None = None) -> None:
        self._out.append(Send(message, self._turn, self._gen, t0_ns))

    def _log(self, event: str, **fields: int) -> None:
        self._out.append(Log(event, fields))
