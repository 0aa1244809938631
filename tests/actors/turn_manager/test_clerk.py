"""Scenes of the clerk: the turn-manager dies, and what the user said is answered once."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.turn_manager.actor import TurnManager
from bus import clock
from bus.clock import MS
from bus.messages import Ask, Conversation, Final, Message, Prompt, Resume, Say, Script, SpeechEdge, TurnState
from bus.rehearsal import Rehearsal
from tests.actors.succession import Death, two_lives


def spoken() -> list[Message]:
    now_ns = clock.now_ns()
    return [
        SpeechEdge(kind="started", utterance=1, at_ns=now_ns - 900 * MS),
        SpeechEdge(kind="stopped", utterance=1, at_ns=now_ns),
        Final(utterance=1, text="what time is it", language="en"),
    ]


def make() -> TurnManager:
    return TurnManager.build("rules", {"end_of_turn_ms": 0})


def prompts(messages: list[Message]) -> list[str]:
    return [m.lines[-1].text for m in messages if isinstance(m, Prompt)]


@settings(max_examples=40)
@given(st.builds(Death, st.integers(0, 2), st.sampled_from([0, 1, 2, 3, 99]), st.integers(0, 3)))
def test_what_was_being_said_is_answered_once(death: Death) -> None:
    sent = [s.message for s in asyncio.run(two_lives(make, spoken(), death))]
    assert prompts(sent) == ["what time is it"]


@pytest.mark.parametrize("unread", [0, 1])
def test_a_typed_turn_that_comes_again_is_not_asked_again(unread: int) -> None:
    death = Death(0, 99, unread)
    sent = [s.message for s in asyncio.run(two_lives(make, [Ask(text="one"), Ask(text="two")], death))]
    assert prompts(sent) == ["one", "two"]


def test_a_text_that_waits_to_be_spoken_outlives_the_process_and_the_one_before_is_not_said_again() -> None:
    async def scene() -> None:
        first, successor = make(), make()
        async with Rehearsal(first) as stage:
            await stage.send(Say(text="one"), Say(text="two"))
            assert not first.unit.holds(1) and first.unit.holds(2)
            assert [m.text for m in stage.of(Script)] == ["one"]
            await successor.restore(stage.of(Conversation)[-1])
        async with Rehearsal(successor) as stage:
            await stage.send(Say(text="one"), Say(text="two"))
            assert [m.text for m in stage.of(Script)] == ["two"]

    asyncio.run(scene())


def test_a_voice_that_the_dead_process_held_goes_on() -> None:
    async def scene(phase: str) -> bool:
        successor = make()
        await successor.restore(TurnState(phase="paused" if phase == "paused" else "speaking", since_ns=clock.now_ns()))
        async with Rehearsal(successor) as stage:
            await asyncio.sleep(0)
            return bool(stage.of(Resume))

    assert asyncio.run(scene("paused"))
    assert not asyncio.run(scene("speaking"))


def test_a_prompt_that_a_timer_gave_is_the_same_one_when_its_conversation_was_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def life() -> set[int]:
        monkeypatch.setattr(clock, "now_ns", lambda: 1_000 * MS)
        async with Rehearsal(TurnManager.build("rules", {"end_of_turn_ms": 300})) as stage:
            await stage.send(*spoken(), first_id=1)
            assert not stage.of(Prompt)
            monkeypatch.setattr(clock, "now_ns", lambda: 9_000 * MS)
            await stage.ring()
            return {sent.id for sent in stage.sent if isinstance(sent.message, Prompt)}

    async def scene() -> None:
        first, second = await life(), await life()
        assert first == second
        assert len(first - {0}) == 1

    asyncio.run(scene())
