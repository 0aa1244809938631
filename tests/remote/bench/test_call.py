"""Scenes of whole calls' figures, made of a call that never was."""

from __future__ import annotations

import numpy as np
import pytest

from bus.clock import MS
from bus.messages import CameraHealth
from remote.bench.barge_ins import BargeIn
from remote.bench.call import Call, demo, figures
from remote.bench.film import Film
from remote.bench.truth import TrueTurn
from tests.remote.bench.letters import letter, played, shown

RATE = 16_000


def made_up(silent_s: float, rest_s: float) -> Call:
    """A person interrupts at 2 s of the film; voice and mouth go on until the given times."""
    rng = np.random.default_rng(3)
    voice = (rng.normal(size=5 * RATE) * 0.1).astype(np.float32)
    voice[round(silent_s * RATE) :] = 0
    seen_s = np.arange(125) / 25
    mouth = np.where(seen_s < rest_s, 4.0, 0.5)
    letters = [played("started", 500), shown(0, 500), letter(CameraHealth(fps=25.0, worst_gap_ms=41.0), sent_ms=1_500)]
    onset_ns = 10_000 * MS
    return Call(
        ready_s=4.0,
        up_ns=0,
        hub_percent=3.0,
        unrest_ms=42.0,
        deliveries=letters,
        truth=(TrueTurn(onset_ns, onset_ns + 1_000 * MS),),
        turns=[],
        barge_ins=[BargeIn(onset_ns, 120, 20)],
        film=Film(voice, np.zeros_like(voice), seen_s, mouth),
        first_ns=9_000 * MS,
        first_s=1.0,
    )


def value(call: Call, name: str) -> float:
    return next(f.value for f in figures([call], [4.0], interrupted=1) if name in f.name)


def test_what_the_messages_say_of_a_barge_in_is_checked_in_the_film() -> None:
    call = made_up(silent_s=2.25, rest_s=2.3)
    assert value(call, "in the film: true onset to the last sound") == pytest.approx(250, abs=6)
    assert value(call, "in the film: silence to mouth at rest") == pytest.approx(70, abs=21)


def test_an_onset_in_a_pause_of_the_voice_is_left_out() -> None:
    assert value(made_up(silent_s=1.5, rest_s=2.3), "in the film: true onset to the last sound") == 0


def test_a_start_that_takes_too_long_is_a_miss() -> None:
    found = figures([made_up(2.2, 2.3)], [4.0, 8.1], interrupted=1)[0]
    assert (found.value, found.verdict) == (8.1, "miss")


def test_the_truth_belongs_to_the_bundled_sound() -> None:
    sound, truth = demo()
    assert abs(sound.size / 16 - truth.length_ms) <= 1
    for turn in truth.turns:
        inside = sound[round(turn.start_ms * 16) : round(turn.end_ms * 16)].astype(float)
        assert inside.std() > 20 * sound[round(turn.start_ms - 300) * 16 : round(turn.start_ms - 50) * 16].std()
