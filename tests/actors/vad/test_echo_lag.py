"""Scenes of the echo's lag, on envelopes that are made up."""

from __future__ import annotations

import numpy as np

from actors.envelope import BANDS, Levels
from actors.vad.echo_lag import LAGS, UNKNOWN, EchoLag

STEPS = 400


def syllables(seed: int) -> Levels:
    """Levels that rise and fall a few times a second, each band in its own way."""
    random = np.random.default_rng(seed)
    slow = random.standard_normal((STEPS, 1)) + 0.7 * random.standard_normal((STEPS, BANDS))
    smooth = np.stack([np.convolve(band, np.hanning(12), mode="same") for band in slow.T], axis=1)
    levels: Levels = (-40 + 12 * smooth / smooth.std()).astype(np.float32)
    return levels


def listen(lag: EchoLag, played: Levels, heard: Levels, steps: range) -> None:
    for step in steps:
        lag.hear(np.stack([played[max(0, step - late)] for late in range(LAGS)]), heard[step])
        lag.look()


def echo(played: Levels, late: int) -> Levels:
    return np.roll(played, late, axis=0) - np.linspace(5, 25, BANDS, dtype=np.float32)


def test_the_lag_of_an_echo_is_found_whatever_the_room_does_to_its_colour() -> None:
    for late in (0, 5, LAGS - 1):
        lag = EchoLag()
        listen(lag, syllables(1), echo(syllables(1), late), range(LAGS, 120))
        assert lag.lag == late


def test_another_voice_is_no_echo() -> None:
    lag = EchoLag()
    listen(lag, syllables(1), syllables(2), range(LAGS, STEPS))
    assert lag.lag == UNKNOWN


def test_nothing_is_believed_of_the_first_moments_and_silence_tells_nothing() -> None:
    lag = EchoLag()
    listen(lag, syllables(1), echo(syllables(1), 3), range(LAGS, LAGS + 30))
    assert lag.lag == UNKNOWN
    silent = EchoLag()
    listen(silent, syllables(1), np.full_like(syllables(1), -80), range(LAGS, 200))
    assert silent.lag == UNKNOWN and not silent.correlations().any()


def test_a_lag_that_changes_is_followed_and_one_that_was_told_of_is_believed_at_once() -> None:
    played = syllables(1)
    lag = EchoLag()
    listen(lag, played, echo(played, 5), range(LAGS, 150))
    listen(lag, played, echo(played, 9), range(150, 300))
    assert lag.lag == 9
    lag.move(12)
    listen(lag, played, echo(played, 12), range(300, 320))
    assert lag.lag == 12
