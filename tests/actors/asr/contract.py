"""Contract of a recogniser: what each engine of asr keeps, whatever it understands. Run by test_contract.py against all of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.asr.actor import Asr
from actors.asr.engine import RATE_HZ, Recognizer, Transcript
from bus.errors import Stuck
from bus.messages import Final, RecognitionCost, SpeechChunk
from bus.rehearsal import Rehearsal

PIECE = 512
ENCODE = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True)
class Candidate:
    """An engine under the contract."""

    engine: str
    settings: dict[str, object]
    speech: NDArray[np.int16]
    """Something that it finds words in."""
    huge_s: int
    """Sound that is more than it may expect."""
    loaded: list[Recognizer] = field(default_factory=list)
    """Shared by the scenes: what one leaves behind, the next one would find."""

    def make(self) -> Recognizer:
        cls: Any = Asr.engine_class(self.engine)
        recognizer: Recognizer = cls(msgspec.convert(self.settings, cls.Settings))
        return recognizer


async def hear(recognizer: Recognizer, pcm: NDArray[np.int16], piece: int = PIECE) -> tuple[list[str], Transcript]:
    """Partial texts and the final words of one utterance."""
    hearing, partials = recognizer.listen(), list[str]()
    for start in range(0, pcm.size, piece):
        if text := await hearing.hear(pcm[start : start + piece], 0):
            partials.append(text)
    return partials, await hearing.finish()


def on(candidate: Candidate, scene: Callable[[Recognizer], Awaitable[None]]) -> None:
    """Plays a scene on the loaded engine."""

    async def run() -> None:
        if not candidate.loaded:
            recognizer = candidate.make()
            await recognizer.load()
            candidate.loaded.append(recognizer)
        await scene(candidate.loaded[0])

    asyncio.run(run())


def end(candidate: Candidate) -> None:
    """Closes the engine, twice; the next scene loads it anew."""

    async def close(recognizer: Recognizer) -> None:
        await recognizer.close()
        await recognizer.close()

    while candidate.loaded:
        asyncio.run(close(candidate.loaded.pop()))


def says_words_in_order(candidate: Candidate) -> None:
    async def scene(recognizer: Recognizer) -> None:
        _, heard = await hear(recognizer, candidate.speech)
        sound_ms = candidate.speech.size * 1000 // RATE_HZ
        assert heard.text == heard.text.strip() != ""
        starts = [word.start_ms for word in heard.words]
        assert heard.words and starts == sorted(starts)
        assert all(0 <= w.start_ms <= w.end_ms <= sound_ms and 0 <= w.confidence <= 1 for w in heard.words)
        assert {type(w.confidence) for w in heard.words} == {float}
        assert ENCODE(heard) and heard.text.encode()

    on(candidate, scene)


def gives_words_while_they_are_said(candidate: Candidate) -> None:
    async def scene(recognizer: Recognizer) -> None:
        partials, heard = await hear(recognizer, candidate.speech)
        assert partials and all(partials) and len(partials) == len(set(partials))
        assert len(partials[0]) <= len(heard.text)

    on(candidate, scene)


def has_nothing_to_say_of_nothing(candidate: Candidate) -> None:
    async def scene(recognizer: Recognizer) -> None:
        assert (await recognizer.listen().finish()).words == ()
        hearing = recognizer.listen()
        assert await hearing.hear(candidate.speech[:0], 0) is None
        assert (await hearing.finish()).text == ""

    on(candidate, scene)


def can_be_cancelled_at_every_point(candidate: Candidate) -> None:
    async def scene(recognizer: Recognizer) -> None:
        for pieces in (0, 1, 20, 40):
            hearing = recognizer.listen()
            for i in range(pieces):
                await hearing.hear(candidate.speech[i * PIECE : (i + 1) * PIECE], 0)
            await hearing.cancel()
            await hearing.cancel()
        assert (await hear(recognizer, candidate.speech))[1].text

    on(candidate, scene)


def hears_what_is_huge(candidate: Candidate) -> None:
    async def scene(recognizer: Recognizer) -> None:
        long = np.tile(candidate.speech, -(-candidate.huge_s * RATE_HZ // candidate.speech.size))
        _, heard = await hear(recognizer, long, piece=16_000)
        assert heard.text
        assert all(w.end_ms <= long.size * 1000 // RATE_HZ for w in heard.words)

    on(candidate, scene)


def says_the_same_in_its_next_life(candidate: Candidate) -> None:
    heard: list[str] = []

    async def scene(recognizer: Recognizer) -> None:
        heard.append((await hear(recognizer, candidate.speech))[1].text)

    for _ in range(2):
        end(candidate)  # one that has heard something may know the voice better
        on(candidate, scene)
    assert heard[0] == heard[1] != ""


def tells_what_it_cost(candidate: Candidate) -> None:
    async def scene() -> None:
        async with Rehearsal(Asr.build(candidate.engine, candidate.settings)) as stage:
            for utterance in (1, 2):
                await stage.send(*pieces(candidate.speech, utterance))
            assert [final.utterance for final in stage.of(Final)] == [1, 2]
            costs = stage.of(RecognitionCost)
            assert [cost.utterance for cost in costs] == [1, 2]
            assert all(cost.sound_ms == candidate.speech.size / 16 and cost.late_ms >= 0 for cost in costs)

    asyncio.run(scene())


def lets_its_process_die_of_a_failure_and_keeps_the_utterance(candidate: Candidate) -> None:
    """Whoever comes next hears the whole of it: nothing was finished."""

    async def scene() -> None:
        actor = Asr.build(candidate.engine, candidate.settings)
        async with Rehearsal(actor) as stage:
            chunks = pieces(candidate.speech, 1)
            await stage.send(*chunks[:-1])
            mend = _break(actor)
            try:
                await stage.send(chunks[-1])
            except RuntimeError as error:
                assert str(error) == "the model failed"
            else:
                raise AssertionError("the failure was swallowed")
            mend()
            assert len(actor.unit) == len(chunks)
            assert not stage.of(Final)

    asyncio.run(scene())


def one_that_hangs_ends_its_process_and_keeps_the_utterance(candidate: Candidate) -> None:
    """Whoever comes next hears the whole of it."""

    async def scene() -> None:
        actor = Asr.build(candidate.engine, {**candidate.settings, "most_s": 0.2})
        async with Rehearsal(actor) as stage:
            door: Any = actor.recognizer
            lives = threading.Event()
            stuck = asyncio.ensure_future(door._off_loop.run(lives.wait))
            try:
                await stage.send(*pieces(candidate.speech, 1))
            except Stuck as error:
                assert error.restart_helps
            else:
                raise AssertionError("it waits for ever")
            finally:
                lives.set()
                await stuck
            assert len(actor.unit) > 0
            assert not stage.of(Final)

    asyncio.run(scene())


def pieces(pcm: NDArray[np.int16], utterance: int) -> list[SpeechChunk]:
    """An utterance as vad sends it."""
    starts = range(0, pcm.size, PIECE)
    return [
        SpeechChunk(
            utterance=utterance,
            index=i,
            at_ns=utterance * 1_000_000 + i,
            last=i == len(starts) - 1,
            payload=pcm[start : start + PIECE].tobytes(),
        )
        for i, start in enumerate(starts)
    ]


def _break(actor: Asr) -> Callable[[], None]:
    """The model fails, wherever the engine calls it, until what this gives is called."""

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the model failed")

    worker: Any = getattr(actor.recognizer, "_off_loop", None)
    if worker is not None:
        worker.run = fail
        return lambda: delattr(worker, "run")
    hearing: Any = actor._hearing
    hearing.hear = hearing.finish = fail
    return lambda: None


SCENES = (
    says_words_in_order,
    gives_words_while_they_are_said,
    has_nothing_to_say_of_nothing,
    can_be_cancelled_at_every_point,
    hears_what_is_huge,
    says_the_same_in_its_next_life,
    tells_what_it_cost,
    lets_its_process_die_of_a_failure_and_keeps_the_utterance,
    one_that_hangs_ends_its_process_and_keeps_the_utterance,
)
