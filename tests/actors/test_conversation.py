"""The demo's conversation, heard by the real detector and the real recogniser: every turn, when and what."""

from __future__ import annotations

import asyncio
import functools
import json
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import soundfile

from actors.asr.actor import Asr
from actors.asr.sphinx import Sphinx, SphinxSettings
from actors.vad.endpointer import Endpointer
from actors.vad.engine import WINDOW, Sound
from actors.vad.settings import VadSettings
from actors.vad.silero import Silero
from bus.messages import Final, SpeechChunk, SpeechEdge
from bus.rehearsal import Rehearsal

ROOT = Path(__file__).parents[2]
TOPOLOGY = ROOT / "topology"
WINDOW_MS = 32
SAME_TURN_MS = 450
"""A shorter pause does not end a turn."""


class Said(msgspec.Struct, frozen=True):
    """A turn as it was really said."""

    text: str
    start_ms: int
    end_ms: int
    interrupts: bool


class Truth(msgspec.Struct, frozen=True):
    """What topology/conversation.json holds."""

    rate_hz: int
    length_ms: int
    turns: tuple[Said, ...]


@dataclass
class Heard:
    """A turn as it was heard; `noticed_ms`: when its onset and its last end were told."""

    utterances: list[int]
    start_ms: float
    end_ms: float
    started_after_ms: float
    stopped_after_ms: float


TRUTH = msgspec.json.decode((TOPOLOGY / "conversation.json").read_bytes(), type=Truth)


@functools.cache
def listen() -> tuple[list[Heard], list[SpeechChunk]]:
    """Turns (utterances with only a short pause between them) and all the speech."""
    pcm, rate_hz = soundfile.read(TOPOLOGY / "conversation.wav", dtype="int16")
    assert rate_hz == TRUTH.rate_hz
    pcm = np.concatenate([pcm, np.zeros(rate_hz, np.int16)])
    detector, endpointer = Silero(), Endpointer(VadSettings())
    detector.load()
    turns: list[Heard] = []
    chunks: list[SpeechChunk] = []
    for i, window in enumerate(pcm[: pcm.size // WINDOW * WINDOW].reshape(-1, WINDOW)):
        for message in endpointer.hear(Sound(window, i * WINDOW_MS * 1_000_000), detector.probability(window)):
            if isinstance(message, SpeechChunk):
                chunks.append(message)
            elif isinstance(message, SpeechEdge):
                _note(turns, message, (i + 1) * WINDOW_MS)
    return turns, chunks


def _note(turns: list[Heard], edge: SpeechEdge, now_ms: float) -> None:
    at_ms = edge.at_ns / 1e6
    if edge.kind == "stopped":
        turns[-1].end_ms, turns[-1].stopped_after_ms = at_ms, now_ms - at_ms
    elif turns and at_ms - turns[-1].end_ms < SAME_TURN_MS:
        turns[-1].utterances.append(edge.utterance)
    else:
        turns.append(Heard([edge.utterance], at_ms, 0, now_ms - at_ms, 0))


def recognise(phrases: str | None) -> dict[int, str]:
    """The text of each utterance."""

    async def scene() -> dict[int, str]:
        async with Rehearsal(Asr(Sphinx(SphinxSettings(phrases=phrases)))) as stage:
            await stage.send(*listen()[1])
            return {final.utterance: final.text for final in stage.of(Final)}

    return asyncio.run(scene())


def wrong_words(said: list[str], heard: list[str]) -> int:
    """Edit distance in words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def check_words(phrases: str | None, most: float) -> None:
    finals = recognise(phrases)
    said = [text.split() for text in (ROOT / "tests/traces/conversation.txt").read_text(encoding="utf-8").splitlines()]
    heard = [" ".join(finals[u] for u in turn.utterances).split() for turn in listen()[0]]
    wrong = sum(wrong_words(a, b) for a, b in zip(said, heard, strict=True))
    assert wrong / sum(map(len, said)) <= most, heard


def test_every_turn_is_found_when_it_was_said() -> None:
    turns, _ = listen()
    assert len(turns) == len(TRUTH.turns)
    for said, heard in zip(TRUTH.turns, turns, strict=True):
        assert abs(heard.start_ms - said.start_ms) <= 80, said
        assert abs(heard.end_ms - said.end_ms) <= 80, said


def test_edges_are_told_soon() -> None:
    for heard in listen()[0]:
        assert heard.started_after_ms <= 260
        assert heard.stopped_after_ms <= 260


def test_one_turn_has_a_pause_inside_and_one_interrupts() -> None:
    assert [len(heard.utterances) for heard in listen()[0]].count(2) == 1
    assert [said.interrupts for said in TRUTH.turns].count(True) == 1


def test_the_words_are_understood() -> None:
    check_words(None, most=0.2)


def test_the_words_are_understood_when_the_personas_questions_are_expected() -> None:
    check_words(str(TOPOLOGY / "persona.toml"), most=0.1)


def test_the_recording_leaves_time_to_answer_and_is_small() -> None:
    assert (TOPOLOGY / "conversation.wav").stat().st_size < 1_900_000
    for before, after in zip(TRUTH.turns, TRUTH.turns[1:], strict=False):
        gap_ms = after.start_ms - before.end_ms
        assert 3_000 <= gap_ms <= 4_000 if after.interrupts else gap_ms >= 8_000


def test_the_texts_agree() -> None:
    raw = json.loads((TOPOLOGY / "conversation.json").read_text(encoding="utf-8"))
    plain = ["".join(c for c in turn["text"].lower() if c.isalpha() or c == " ") for turn in raw["turns"]]
    assert plain == (ROOT / "tests/traces/conversation.txt").read_text(encoding="utf-8").splitlines()
