"""Scenes of barge-ins, as the messages tell them."""

from __future__ import annotations

from bus.clock import MS
from remote.bench.barge_ins import BargeIn, barge_in_figures, barge_ins, film_barge_in_figures
from remote.bench.truth import TrueTurn
from tests.remote.bench.letters import played, shown

ONSET = TrueTurn(1_000 * MS, 2_000 * MS)
SPEAKING = [played("started", 300), played("playing", 900, 28_800)]


def test_it_lasts_from_the_true_onset_to_silence_and_on_to_the_last_mouth() -> None:
    letters = [*SPEAKING, played("paused", 1_120, 40_000), played("cut", 1_400, 40_000), shown(38_400, 1_160)]
    assert barge_ins(letters, [ONSET]) == [BargeIn(ONSET.start_ns, 120, 40)]


def test_a_voice_that_goes_on_is_as_bad_as_the_patience() -> None:
    (found,) = barge_ins([*SPEAKING, played("playing", 1_900, 76_800)], [ONSET])
    assert found.silence_ms == 1_000
    assert [f.verdict for f in barge_in_figures([found], least=1)] == ["ok", "", "miss", "ok"]


def test_speech_into_silence_or_behind_the_last_word_interrupts_nothing() -> None:
    assert barge_ins([], [ONSET]) == []
    assert barge_ins([*SPEAKING, played("done", 950, 31_000)], [ONSET]) == []
    assert barge_ins([*SPEAKING, played("done", 1_030, 31_000)], [ONSET]) == []


def test_too_few_barge_ins_are_a_miss_and_no_p95() -> None:
    assert barge_in_figures([], least=8)[0].verdict == "miss"


def test_the_film_is_held_against_the_same_targets() -> None:
    assert [f.verdict for f in film_barge_in_figures([120, 310], [60, 80])] == ["miss", "ok"]
