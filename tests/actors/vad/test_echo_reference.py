"""Scenes of the echo guard's reference."""

from __future__ import annotations

import numpy as np

from actors.envelope import BANDS, STEP_NS, Levels
from actors.vad.echo_reference import BELOW_PEAK_DB, KEPT, Reference


def steps(*levels_db: float) -> Levels:
    return np.repeat(np.array(levels_db, dtype=np.float32)[:, None], BANDS, axis=1)


def test_each_step_is_found_at_its_time_and_what_was_not_told_was_silence() -> None:
    reference = Reference()
    reference.add(10 * STEP_NS, steps(-20, -30))
    found = reference.at(np.array([9, 10, 11, 12]))
    silence_db = reference.peak_db - BELOW_PEAK_DB
    assert np.allclose(found[:, 0], [silence_db, -20, -30, silence_db])


def test_what_is_older_than_two_seconds_makes_room() -> None:
    reference = Reference()
    reference.add(10 * STEP_NS, steps(-20))
    reference.add((10 + KEPT) * STEP_NS, steps(-25))
    assert reference.at(np.array([10]))[0, 0] < -60
    assert reference.at(np.array([10 + KEPT]))[0, 0] == -25


def test_the_loudest_sound_is_forgotten_slowly() -> None:
    reference = Reference()
    reference.add(0, steps(-20))
    reference.add(STEP_NS, steps(*[-40] * 100))
    assert -23 < reference.peak_db < -21
    assert not reference.may_sound(10 * KEPT) and reference.may_sound(50)
