"""Scenes of asr: one final text for each utterance, whatever happens to its pieces."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import numpy as np

from actors.asr.actor import Asr
from actors.asr.fake import FakeRecognizer, FakeSettings
from bus.messages import Final, Partial, SpeechChunk
from bus.rehearsal import Rehearsal

SOUND = np.ones(4_000, np.int16).tobytes()
"""250 ms: the fake understands one word."""
TIMES = itertools.count(1)
"""Each piece is captured after the one that was made before it."""


def chunk(utterance: int, index: int, *, last: bool = False, payload: bytes = SOUND) -> SpeechChunk:
    return SpeechChunk(utterance=utterance, index=index, at_ns=next(TIMES), last=last, payload=payload)


def play(scene: Callable[[Rehearsal, FakeRecognizer], Awaitable[None]], *texts: str) -> None:
    async def run() -> None:
        recognizer = FakeRecognizer(FakeSettings(texts=texts or ("hello who are you",)))
        async with Rehearsal(Asr(recognizer)) as stage:
            await scene(stage, recognizer)

    asyncio.run(run())


def finals(stage: Rehearsal) -> list[tuple[int, str]]:
    return [(f.utterance, f.text) for f in stage.of(Final)]


def test_words_come_while_they_are_said_and_the_whole_at_the_end() -> None:
    async def scene(stage: Rehearsal, _: FakeRecognizer) -> None:
        await stage.send(chunk(1, 0), chunk(1, 1), chunk(1, 2), chunk(1, 3), chunk(1, 4, last=True, payload=b""))
        assert [p.text for p in stage.of(Partial)] == ["hello", "hello who", "hello who are", "hello who are you"]
        [final] = stage.of(Final)
        assert (final.utterance, final.text, final.language) == (1, "hello who are you", "en")
        assert [(w.text, w.start_ms, w.end_ms) for w in final.words][1] == ("who", 250, 500)

    play(scene)


def test_the_last_piece_may_hold_sound() -> None:
    async def scene(stage: Rehearsal, _: FakeRecognizer) -> None:
        await stage.send(chunk(1, 0), chunk(1, 1, last=True))
        assert finals(stage) == [(1, "hello who")]
        assert [p.text for p in stage.of(Partial)] == ["hello"]

    play(scene)


def test_an_utterance_without_words_has_an_empty_final() -> None:
    async def scene(stage: Rehearsal, _: FakeRecognizer) -> None:
        await stage.send(chunk(1, 0, payload=b"\1\0"), chunk(1, 1, last=True, payload=b""))
        assert finals(stage) == [(1, "")]
        assert not stage.of(Partial)

    play(scene)


def test_a_new_utterance_finishes_one_that_was_torn() -> None:
    async def scene(stage: Rehearsal, _: FakeRecognizer) -> None:
        await stage.send(chunk(7, 0), chunk(7, 1), chunk(1, 0), chunk(1, 1, last=True))
        assert finals(stage) == [(7, "one two"), (1, "three four")]

    play(scene, "one two", "three four")


def test_a_new_life_of_vad_may_use_the_same_number() -> None:
    async def scene(stage: Rehearsal, _: FakeRecognizer) -> None:
        await stage.send(chunk(1, 0), chunk(1, 0), chunk(1, 1, last=True))
        assert finals(stage) == [(1, "one"), (1, "three four")]

    play(scene, "one two", "three four")


def test_after_a_restart_the_rest_of_an_utterance_is_heard() -> None:
    async def scene(stage: Rehearsal, _: FakeRecognizer) -> None:
        await stage.send(chunk(3, 12), chunk(3, 13, last=True))
        assert finals(stage) == [(3, "hello who")]

    play(scene)


def test_what_a_new_vad_sends_once_more_is_heard_once() -> None:
    async def scene(stage: Rehearsal, _: FakeRecognizer) -> None:
        first, second, third = chunk(5, 0), chunk(5, 1), chunk(5, 2, last=True)
        await stage.send(first, second, second, third, third)
        assert finals(stage) == [(5, "hello who are")]

    play(scene)


def test_stopping_drops_an_open_utterance() -> None:
    async def run() -> None:
        recognizer = FakeRecognizer(FakeSettings())
        async with Rehearsal(Asr(recognizer)) as stage:
            await stage.send(chunk(1, 0))
        await stage.actor.stop()
        assert recognizer.cancelled == 1
        assert not stage.of(Final)

    asyncio.run(run())
