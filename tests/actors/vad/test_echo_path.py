"""Scenes of the echo's path, on envelopes that are made up."""

from __future__ import annotations

import numpy as np

from actors.envelope import BANDS, Levels
from actors.vad.echo_path import DECAY_DB, EchoPath, Slots
from actors.vad.echo_reference import Reference
from tests.actors.vad.test_echo_lag import syllables

GAINS = np.linspace(-5, -20, BANDS, dtype=np.float32)
NOISE = np.full(BANDS, -90, dtype=np.float32)
LAG = 4
SLOTS = np.arange(20, 28)
LONG = np.arange(20, 100)


def played() -> Reference:
    reference = Reference()
    reference.add(0, syllables(1)[:100])
    return reference


def heard(lag: int = LAG, louder_db: float = 0, slots: Slots = SLOTS) -> Levels:
    found: Levels = syllables(1)[slots - lag] + GAINS + np.float32(louder_db)
    return found


def known() -> EchoPath:
    return EchoPath(LAG, GAINS, settling=0)


def test_its_gains_are_those_of_what_was_heard_when_the_lag_became_known() -> None:
    path = EchoPath.begin(LAG, played(), LONG, heard(slots=LONG))
    assert np.abs(path.gains - GAINS).max() < 0.1


def test_no_echo_is_louder_than_it_says() -> None:
    assert (heard() <= known().at_most(played(), SLOTS) + 0.01).all()


def test_an_echo_that_comes_a_little_sooner_or_later_is_expected_too() -> None:
    for lag in range(LAG - 3, LAG + 2):
        assert (heard(lag=lag) <= known().at_most(played(), SLOTS) + 0.01).all()


def test_what_was_played_sounds_on_and_dies_away() -> None:
    reference = Reference()
    reference.add(0, np.full((1, BANDS), -20, dtype=np.float32))
    most = known().at_most(reference, np.arange(LAG, LAG + 20))[:, 0] - GAINS[0]
    assert most[0] == -20
    assert np.allclose(np.diff(most[3:18]), -DECAY_DB, atol=0.01)


def test_gains_go_towards_what_is_heard() -> None:
    path = EchoPath(LAG, GAINS + 6, settling=40)
    for two in np.split(LONG, LONG.size // 2):
        path.adapt(played(), two, heard(slots=two), NOISE)
    assert np.abs(path.gains - GAINS).max() < 2
    assert path.settling == 0


def test_an_echo_that_is_louder_everywhere_is_one_at_another_volume() -> None:
    path = known()
    assert path.mend(played(), SLOTS, heard(louder_db=12)) == "volume"
    assert np.abs(path.gains - GAINS - 12).max() < 0.1


def turned_up(steps: int) -> Levels:
    """For so many steps the room still sounds at both volumes."""
    found = heard(louder_db=12)
    found[:steps] += np.random.default_rng(0).uniform(-14, 6, (steps, BANDS)).astype(np.float32)
    return found


def test_an_echo_that_is_turned_up_within_a_passage_is_unclear_until_enough_of_it_is_at_the_new_volume() -> None:
    path = known()
    assert path.mend(played(), SLOTS[:4], turned_up(4)[:4]) == "unclear"
    assert path.gains.tolist() == GAINS.tolist()
    assert path.mend(played(), SLOTS, turned_up(4)) == "volume"
    assert np.abs(path.gains - GAINS - 12).max() < 0.1


def test_one_that_is_taken_for_somebody_is_known_again_by_its_last_steps_alone() -> None:
    path = known()
    assert not path.is_turned_up(played(), SLOTS, heard(louder_db=3)), (
        "no more than the margin that is left to it anyway"
    )
    assert not path.is_turned_up(played(), SLOTS, np.maximum(syllables(2)[SLOTS] + 6, heard()))
    assert path.is_turned_up(played(), SLOTS, heard(louder_db=12))
    assert np.abs(path.gains - GAINS - 12).max() < 0.1


def test_an_echo_that_comes_later_is_one_at_another_lag() -> None:
    path = known()
    assert path.mend(played(), SLOTS, heard(lag=9)) == "lag"
    assert path.lag == 9


def test_another_voice_is_neither() -> None:
    path = known()
    somebody = syllables(2)[SLOTS] + 6
    assert path.mend(played(), SLOTS, np.maximum(somebody, heard())) is None
    assert (path.lag, path.gains.tolist()) == (LAG, GAINS.tolist())


def test_where_nothing_is_played_nothing_is_mended() -> None:
    assert known().mend(Reference(), SLOTS, heard()) is None
