"""Scenes of a conversation for chaos: as long as it takes, and true to the sample."""

from __future__ import annotations

import numpy as np

from actors.vad.engine import RATE_HZ
from remote.bench.call import demo
from remote.chaos.conversation import converse


def test_somebody_speaks_where_the_truth_says_so_and_nowhere_else() -> None:
    sound, truth = converse(*demo(), 60, seed=3)
    assert sound.size >= 60 * RATE_HZ
    assert truth.length_ms == sound.size * 1_000 / RATE_HZ
    loud = np.abs(sound.astype(np.int32)) > 2_000
    for turn in truth.turns:
        start, end = (round(ms * RATE_HZ / 1_000) for ms in (turn.start_ms, turn.end_ms))
        assert loud[start:end].mean() > 0.05
        loud[start - RATE_HZ // 20 : end + RATE_HZ // 20] = False
    assert not loud.any()


def test_a_seed_makes_one_conversation_in_which_some_turns_interrupt() -> None:
    (first, truth), (second, _), (third, _) = (converse(*demo(), 200, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first[:1_000_000], third[:1_000_000])
    assert {turn.interrupts for turn in truth.turns} == {True, False}
    assert len({turn.text for turn in truth.turns}) > 2
