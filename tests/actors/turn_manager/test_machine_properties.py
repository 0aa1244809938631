"""What must hold for the turns whatever comes in, in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.turn_manager.events import Action, Event, OfReply, Send, Tick
from actors.turn_manager.machine import Machine
from actors.turn_manager.settings import TurnSettings
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
    SentencesDone,
    SpeechEdge,
    SpokenText,
    SpokenWord,
)
from tests.actors.turn_manager.stage import machine

RULES = TurnSettings()
HELD_AT_MOST_NS = (RULES.confirm_ms + RULES.stop_report_ms + RULES.resume_ms) * MS
WORD = 4_800
"""Samples of each word that the avatar speaks in these worlds."""
Name: TypeAlias = tuple[int, int]
PlayedEvent: TypeAlias = Literal["started", "playing", "paused", "resumed", "cut", "done"]

TEXTS = st.sampled_from(
    ["", "mm", "uh-huh okay", "no", "stop", "tell me more", "so what about", "зачекай", "а що, якщо"]
)
UTTERANCES = st.integers(1, 4)
BACK_MS = st.integers(0, 800)
EVENTS = st.one_of(
    st.tuples(st.just("started"), UTTERANCES, BACK_MS),
    st.tuples(st.just("stopped"), UTTERANCES, BACK_MS),
    st.tuples(st.just("partial"), UTTERANCES, TEXTS),
    st.tuples(st.just("final"), UTTERANCES, TEXTS),
    st.tuples(st.sampled_from(["ask", "say"]), st.just(0), TEXTS),
    st.tuples(
        st.just("without"),
        st.just(0),
        st.sampled_from(["", "", "llm", "tts", "asr", "vad", "chunker", "llm tts asr vad"]),
    ),
    st.tuples(st.just("sentence"), st.sampled_from([0, 0, 1]), st.integers(0, 2)),
    st.tuples(st.just("sentences"), st.sampled_from([0, 0, 1]), st.just(0)),
    st.tuples(st.just("words"), st.sampled_from([0, 0, 1]), st.just(0)),
    st.tuples(
        st.sampled_from(["started", "playing", "playing", "paused", "resumed", "cut", "done"]).map("played {}".format),
        st.sampled_from([0, 0, 0, 1, 2]),
        st.integers(0, 40),
    ),
)
WAITS_MS = st.sampled_from([0, 0, 1, 50, 200, 450, 450, 1_000, 2_500, 25_000])
STORIES = st.lists(st.tuples(WAITS_MS, EVENTS), min_size=5, max_size=80)


@dataclass
class Watch:
    """Checks everything that the machine does."""

    turns: Machine
    now_ns: int = 10_000 * MS
    gen: int = 1
    replies: list[Name] = field(default_factory=list)
    prompted: set[int] = field(default_factory=set)
    """Turns that were prompted since the last cut."""
    positions: dict[Name, int] = field(default_factory=dict)
    held_until_ns: int | None = None

    def step(self, event: Event) -> None:
        for action in self.turns.step(event, self.now_ns):
            self.see(action)
        deadline = self.turns.deadline_ns
        assert (deadline is None) == (self.turns.phase == "listening"), "waits without a deadline"
        assert deadline is None or deadline > self.now_ns, "a deadline that has passed and changed nothing"
        assert (self.held_until_ns is not None) == (self.turns.phase == "paused")
        assert self.held_until_ns is None or self.now_ns <= self.held_until_ns, "held for too long"

    def wait(self, ms: int) -> None:
        until = self.now_ns + ms * MS
        while (deadline := self.turns.deadline_ns) is not None and deadline <= until:
            self.now_ns = deadline
            self.step(Tick())
        self.now_ns = until

    def see(self, action: Action) -> None:
        if not isinstance(action, Send):
            return
        assert isinstance(action.message, Caption) or action.gen >= self.gen, "the generation fell"
        match action.message:
            case Cut(below_gen=gen):
                assert gen == self.gen + 1 == action.gen
                self.gen = gen
                self.prompted.clear()
                self.held_until_ns = None
            case Pause(onset_ns=onset_ns):
                assert self.held_until_ns is None, "held twice"
                self.held_until_ns = max(self.now_ns, onset_ns + HELD_AT_MOST_NS)
            case Resume():
                assert self.held_until_ns is not None, "released without being held"
                self.held_until_ns = None
            case Prompt(lines=lines):
                assert lines[-1].role == "user" and lines[-1].text
                assert action.turn not in self.prompted, "two prompts for one turn"
                self.prompted.add(action.turn)
                self.replies.append((action.turn, action.gen))
                self.heard_only(lines)
            case Script():
                self.replies.append((action.turn, action.gen))
            case Conversation(lines=lines):
                self.heard_only(lines)
            case Caption(text=text, written=written):
                self.heard_only((Line("assistant", text, written=written),))

    def heard_only(self, lines: tuple[Line, ...]) -> None:
        for line in lines:
            for word in line.text.split() if line.role == "assistant" and not line.written else ():
                turn, gen, index = map(int, word.split("/"))
                assert self.positions.get((turn, gen), 0) > index * WORD, "a word that was never heard"

    def event(self, kind: str, number: int, more: str | int) -> Event | None:
        if isinstance(more, str):
            return _told(kind, number, more)
        if kind in ("started", "stopped"):
            edge: Literal["started", "stopped"] = "started" if kind == "started" else "stopped"
            return SpeechEdge(kind=edge, utterance=number, at_ns=self.now_ns - more * MS)
        if number >= len(self.replies):
            return None
        name = self.replies[-1 - number]
        if kind.startswith("sentence"):
            thought = Sentence(index=more, text=f"{name[0]}/{name[1]}/{20 + more}", language="en")
            return OfReply(thought if kind == "sentence" else SentencesDone(sentences=3), *name)
        if kind == "words":
            words = tuple(SpokenWord(f"{name[0]}/{name[1]}/{i} ", i * WORD, (i + 1) * WORD) for i in range(20))
            return OfReply(SpokenText(sentence=0, words=words), *name)
        self.positions[name] = max(self.positions.get(name, 0), more * WORD // 2)
        event = cast(PlayedEvent, kind.removeprefix("played "))
        return OfReply(Played(event=event, position=more * WORD // 2, at_ns=self.now_ns), *name)


def _told(kind: str, utterance: int, text: str) -> Event:
    match kind:
        case "partial":
            return Partial(utterance=utterance, text=text)
        case "final":
            return Final(utterance=utterance, text=text, language="en")
        case "without":
            return CallHealth(actors=tuple(ActorHealth(name, "given up") for name in text.split()))
        case "ask":
            return Ask(text=text)
    return Say(text=text)


@settings(max_examples=300)
@given(STORIES)
def test_whatever_happens_the_rules_of_turns_hold(story: list[tuple[int, tuple[str, int, str | int]]]) -> None:
    watch = Watch(machine())
    for wait_ms, event in story:
        watch.wait(wait_ms)
        if (happening := watch.event(*event)) is not None:
            watch.step(happening)
    for _ in range(100):
        watch.wait(40_000)
    assert watch.turns.phase == "listening", "stuck"
