"""Scenes of visemes: each sound has its mouth, at its time, and lips that must close do close."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.face.viseme import HOLD, MS, REACH, Visemes, aims
from actors.portrait.pose import REST
from bus.messages.voice import Phoneme


def spoken(*phonemes: tuple[str, int]) -> Visemes:
    """Visemes of phonemes with their times in ms."""
    visemes = Visemes()
    visemes.add(Phoneme(ipa, at_ms * MS) for ipa, at_ms in phonemes)
    return visemes


def test_a_opens_and_m_closes() -> None:
    visemes = spoken(("ɑː", 100), ("m", 300), ("ɑː", 400))
    open_pose, _ = visemes.pose(200 * MS)
    closed, must = visemes.pose(330 * MS, 20 * MS)
    assert open_pose.jaw > 0.7
    assert closed.press == 1.0
    assert closed.jaw == 0.0
    assert must


@pytest.mark.parametrize("phase_ms", range(0, 40, 5))
def test_a_short_p_is_seen_wherever_it_falls_between_two_frames(phase_ms: int) -> None:
    visemes = spoken(("a", 0), ("p", 200 + phase_ms), ("a", 245 + phase_ms))
    frames = [visemes.pose((frame * 40 + 20) * MS, 20 * MS)[0] for frame in range(10)]
    assert max(pose.press for pose in frames) == 1.0


def test_the_mouth_is_rounded_before_the_sound_is_heard() -> None:
    visemes = spoken(("t", 0), ("uː", 300))
    assert visemes.pose(200 * MS)[0].pucker < 0.1
    assert visemes.pose(300 * MS)[0].pucker > 0.35
    assert visemes.pose(350 * MS)[0].pucker > 0.9


def test_k_between_two_open_vowels_hardly_closes_the_mouth() -> None:
    visemes = spoken(("a", 0), ("k", 200), ("a", 280))
    assert visemes.pose(220 * MS)[0].jaw > 0.4


@pytest.mark.parametrize(
    ("ipa", "part"),
    [("f", "bite"), ("v", "bite"), ("b", "press"), ("mʲ", "press"), ("u", "pucker"), ("w", "pucker"), ("s", "teeth"), ("l", "tongue"), ("θ", "tongue"), ("tʃ", "pucker"), ("t͡ʃ", "pucker")],
)  # fmt: skip
def test_each_sound_moves_its_part_of_the_mouth(ipa: str, part: str) -> None:
    assert getattr(aims(ipa)[-1].pose, part) >= 0.45


def test_length_stress_and_softness_do_not_matter() -> None:
    assert aims("ɑː") == aims("ˈɑ") == aims("ɑ")
    assert aims("nʲ") == aims("n")


def test_a_diphthong_goes_from_one_vowel_to_the_other() -> None:
    visemes = spoken(("aʊ", 0), ("t", 250))
    assert visemes.pose(45 * MS)[0].jaw > 0.7
    assert visemes.pose(150 * MS)[0].pucker > 0.5


def test_a_diphthong_cut_short_never_reaches_its_end() -> None:
    visemes = spoken(("aʊ", 0), ("t", 70), ("a", 140))
    assert max(visemes.pose(at * MS)[0].pucker for at in range(0, 200, 10)) < 0.1


@given(st.text(max_size=6))
def test_any_text_is_taken_as_some_sound(ipa: str) -> None:
    assert len(aims(ipa)) <= 2


def test_an_unknown_letter_half_opens_the_mouth() -> None:
    assert 0.1 < aims("ʘ")[0].pose.jaw < 0.6


def test_softness_that_comes_alone_leaves_the_mouth_as_it_is() -> None:
    assert aims("ʲ") == []
    with_it, without = spoken(("s", 0), ("ʲ", 60), ("o", 80)), spoken(("s", 0), ("o", 80))
    assert [with_it.pose(at * MS) for at in range(0, 200, 10)] == [without.pose(at * MS) for at in range(0, 200, 10)]


def test_a_pause_is_rest() -> None:
    assert aims("_:")[0].pose == REST
    assert aims("")[0].pose == REST


def test_it_speaks_only_near_phonemes() -> None:
    visemes = spoken(("a", 1000))
    assert not visemes.covers(500 * MS)
    assert visemes.covers(1000 * MS - REACH // 2)
    assert visemes.covers(1500 * MS)
    assert not visemes.covers(1100 * MS + HOLD)
    assert not Visemes().covers(0)
