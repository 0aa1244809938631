"""Scenes of the call in which everything is restarted and killed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from actors.take import SoundTake
from bus.clock import MS, SECOND
from bus.link import Delivery
from bus.messages import RATE_HZ, SoundSlice
from remote.bench.restarts import PIECES, SILENCE_MS, conversation, read_recording, sent_sounds
from tests.remote.bench.letters import letter


def sliced(position: int, pcm: np.ndarray, at_ms: float, turn: int) -> Delivery:
    return letter(SoundSlice(position=position, at_ns=round(at_ms * MS), payload=pcm.astype("<i2").tobytes()), turn)


def test_every_strike_has_its_turn_and_the_first_questions_are_undisturbed() -> None:
    sound, truth, strikes = conversation(1)
    assert {strike.turn for strike in strikes} == set(range(len(PIECES), len(truth.turns)))
    assert truth.length_ms == sound.size / 16
    gaps = [later.start_ms - before.end_ms for before, later in zip(truth.turns, truth.turns[1:], strict=False)]
    assert min(gaps) >= SILENCE_MS - 1


def test_what_was_sent_twice_or_in_another_order_is_one_sound() -> None:
    pcm = np.arange(1, 2_881, dtype=np.int16)
    pieces = [sliced(0, pcm[:960], 100, 4), sliced(1_920, pcm[1_920:], 140, 4), sliced(960, pcm[960:1_920], 120, 4)]
    other = sliced(0, pcm[:10], 900, 5)
    (first_ns, first), (_, second) = sent_sounds([other, *pieces, pieces[1]])
    assert first_ns == 100 * MS
    assert np.array_equal(first, pcm)
    assert second.size == 10


def test_a_recording_is_read_while_it_is_written(tmp_path: Path) -> None:
    pcm = np.arange(1, 481, dtype=np.int16)
    first, second = SoundTake(tmp_path, "voice", RATE_HZ), SoundTake(tmp_path, "voice", RATE_HZ)
    first.write(pcm, SECOND)
    second.write(pcm, SECOND + 30 * MS)
    recording = read_recording(tmp_path)
    for take in (first, second):
        take.close()
    assert recording.parts == [(SECOND, SECOND + 10 * MS), (SECOND + 30 * MS, SECOND + 40 * MS)]
    assert np.array_equal(recording.voice, np.concatenate([pcm, np.zeros(960, np.int16), pcm]))
    sound, from_ns = recording.between(SECOND + 30 * MS, SECOND + 40 * MS)
    assert from_ns == SECOND + 30 * MS
    assert np.array_equal(sound, pcm)
