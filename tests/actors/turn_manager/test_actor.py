from __future__ import annotations

import asyncio
import logging

import msgspec
import pytest

from actors.turn_manager.actor import TurnManager
from bus import clock
from bus.clock import MS
from bus.errors import Wrong
from bus.messages import (
    ActorHealth,
    Ask,
    CallHealth,
    Caption,
    Cut,
    Final,
    Partial,
    Pause,
    Played,
    Prompt,
    Say,
    Sentence,
    SentenceEnd,
    SentencesDone,
    SpeechEdge,
    SpeechTail,
    SpokenText,
    SpokenWord,
    TurnState,
    UserSaid,
)
from bus.rehearsal import Rehearsal

DEGRADE = {CallHealth, Sentence, SentencesDone}
"""What is only needed to go on without somebody."""


class Hand:
    """The hand of a clock, moved by the scene."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ms = 0
        monkeypatch.setattr(clock, "now_ns", lambda: self.ms * MS)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    return Hand(monkeypatch)


def test_a_spoken_question_becomes_a_prompt_when_the_alarm_rings(hand: Hand) -> None:
    async def scene() -> None:
        async with Rehearsal(TurnManager.build("rules", {"end_of_turn_ms": 300})) as call:
            hand.ms = 1_100
            await call.send(SpeechEdge(kind="started", utterance=1, at_ns=1_000 * MS))
            await call.send(SpeechEdge(kind="stopped", utterance=1, at_ns=2_000 * MS))
            await call.send(Final(utterance=1, text="what time is it", language="en"))
            assert call.actor.alarm.at_ns == 2_300 * MS
            assert not call.of(Prompt)
            hand.ms = 2_300
            await call.ring()
            assert call.of(UserSaid) == [UserSaid(text="what time is it", ended_ns=2_000 * MS, wait_ms=300)]
            (prompt,) = [sent for sent in call.sent if isinstance(sent.message, Prompt)]
            assert (prompt.turn, prompt.gen, prompt.t0) == (1, 1, 2_000 * MS)

    asyncio.run(scene())


def test_what_was_heard_belongs_to_the_reply_that_its_header_names(hand: Hand) -> None:
    async def scene() -> None:
        async with Rehearsal(TurnManager.build("fake", {})) as call:
            await call.send(Ask(text="hello"))
            words = (SpokenWord("Hello ", 0, 100), SpokenWord("there.", 100, 200))
            await call.send(SpokenText(sentence=0, words=words), turn=1, gen=1)
            await call.send(Played(event="playing", position=200, at_ns=0), turn=1, gen=7)
            assert call.of(Caption) == []
            await call.send(Played(event="playing", position=60, at_ns=0), turn=1, gen=1)
            assert call.of(Caption) == [Caption(text="Hello")]
            await call.send(SpeechEdge(kind="started", utterance=1, at_ns=5))
            await call.send(Partial(utterance=1, text="wait a minute"))
            assert call.of(Pause) == [Pause(onset_ns=5)]
            (cut,) = [sent for sent in call.sent if isinstance(sent.message, Cut)]
            assert cut.gen == 2 and cut.message == Cut(below_gen=2)
            await call.send(Played(event="cut", position=160, at_ns=0), turn=1, gen=1)
            assert call.of(Caption)[-1] == Caption(text="Hello there.", done=True, interrupted=True)

    asyncio.run(scene())


def test_without_mind_and_voice_a_question_is_answered_by_an_apology_in_writing(hand: Hand) -> None:
    async def scene() -> None:
        async with Rehearsal(TurnManager.build("rules", {"apology": {"en": "Not now."}})) as call:
            await call.send(CallHealth(actors=(ActorHealth("llm", "given up"), ActorHealth("tts", "given up"))))
            await call.send(Ask(text="hello"))
            assert call.of(Prompt) == []
            assert call.of(Caption) == [Caption(text="Not now.", done=True, written=True)]

    asyncio.run(scene())


def test_the_sentences_of_a_reply_are_shown_where_nobody_can_speak_them(hand: Hand) -> None:
    async def scene() -> None:
        async with Rehearsal(TurnManager.build("rules", {})) as call:
            await call.send(CallHealth(actors=(ActorHealth("tts", "given up"),)), Ask(text="hello"))
            await call.send(Sentence(index=0, text="Hi.", language="en"), SentencesDone(sentences=1), turn=1, gen=1)
            assert call.of(Caption)[-1] == Caption(text="Hi.", done=True, written=True)

    asyncio.run(scene())


def test_what_goes_wrong_is_logged_without_anybody_s_words(hand: Hand, caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        async with Rehearsal(TurnManager.build("rules", {})) as call:
            await call.send(Say(text="secret " * 2_000))

    with caplog.at_level(logging.DEBUG, "actors.turn_manager.clerk"):
        asyncio.run(scene())
    (record,) = caplog.records
    assert record.getMessage() == "typed text too long"
    assert record.__dict__["characters"] == 14_000
    assert "secret" not in str(record.__dict__)


def test_a_plan_sets_the_turns_and_the_engine_side_by_side_and_nothing_else() -> None:
    TurnManager.build("rules", {"confirm_ms": 400, "unfinished_words": ["oder"]})
    with pytest.raises(msgspec.ValidationError):
        TurnManager.build("rules", {"confirm": 400})
    with pytest.raises(Wrong, match="no engine"):
        TurnManager.build("smart", {})


def test_a_turn_that_sounds_unfinished_is_waited_for_longer(hand: Hand) -> None:
    async def scene() -> None:
        call = TurnManager.build("fake", {"hears": 0.2, "end_of_turn_ms": 300, "end_of_turn_long_ms": 1_000})
        async with Rehearsal(call) as stage:
            await stage.send(SpeechEdge(kind="started", utterance=1, at_ns=2_000 * MS))
            await stage.send(SpeechTail(utterance=1, at_ns=1_000 * MS, payload=b"\1\0" * 2 * 16_000))
            await stage.send(SpeechEdge(kind="stopped", utterance=1, at_ns=2_800 * MS))
            await stage.send(Final(utterance=1, text="I would like", language="en"))
            assert call.alarm.at_ns == 3_800 * MS

    asyncio.run(scene())


def test_only_who_judges_by_ear_is_sent_the_sound() -> None:
    assert SpeechTail in TurnManager.inputs_with("smart-turn")
    assert SpeechTail not in TurnManager.inputs_with("rules")


def test_the_sound_of_an_open_turn_comes_again_to_a_successor(hand: Hand) -> None:
    async def scene() -> None:
        async with Rehearsal(TurnManager.build("fake", {"hears": 0.9})) as stage:
            await stage.send(SpeechEdge(kind="started", utterance=1, at_ns=2_000 * MS), first_id=1)
            await stage.send(SpeechTail(utterance=1, at_ns=0, payload=b"\1\0" * 48_000))
            assert stage.actor.unit.holds(2)
            await stage.send(SpeechEdge(kind="stopped", utterance=1, at_ns=2_800 * MS))
            await stage.send(Final(utterance=1, text="hello", language="en"))
            hand.ms = 4_000
            await stage.ring()
            assert len(stage.actor.unit) == 0

    asyncio.run(scene())


def test_the_wiring_is_what_the_call_expects() -> None:
    wiring = TurnManager.wiring
    assert set(wiring.inputs) == {
        SpeechEdge,
        Partial,
        Final,
        Played,
        SpokenText,
        SentenceEnd,
        Ask,
        Say,
        SpeechTail,
        *DEGRADE,
    }
    assert {kind.spec.topic.split(".")[0] for kind in wiring.outputs} == {"turn-manager"}
    assert len(wiring.outputs) == 10 and wiring.alarm


def test_a_quiet_call_says_that_it_listens() -> None:
    async def scene() -> None:
        async with Rehearsal(TurnManager.build("rules", {})) as stage:
            await asyncio.sleep(0)
            assert [state.phase for state in stage.of(TurnState)] == ["listening"]

    asyncio.run(scene())
