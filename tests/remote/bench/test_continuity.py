"""Scenes of a recorded voice that is held against what it should be."""

from __future__ import annotations

import numpy as np

from remote.bench.continuity import Break, Pcm, breaks, unlike

RATE = 48_000
SECONDS = 3


def voice() -> Pcm:
    """A tone that is never twice the same, with a pause in it."""
    at = np.arange(SECONDS * RATE) / RATE
    tone = 8_000 * np.sin(2 * np.pi * (120 + 30 * np.sin(3 * at)) * at) * (1.2 + np.sin(2 * at))
    pcm = tone.astype(np.int16)
    pcm[RATE : RATE + 9_600] = 0
    return pcm


def recorded(*pieces: Pcm) -> Pcm:
    """With silence around it."""
    return np.concatenate([silence(5_000), *pieces, silence(20_000)])


def silence(samples: int) -> Pcm:
    return np.zeros(samples, np.int16)


VOICE = voice()
HALF = 2 * RATE


def test_what_is_as_it_should_be_has_no_break() -> None:
    assert breaks(recorded(VOICE), VOICE) == []
    assert breaks(silence(100), silence(0)) == []


def test_a_hole_is_as_long_as_the_silence_that_was_put_in() -> None:
    (found,) = breaks(recorded(VOICE[:HALF], silence(4_800), VOICE[HALF:]), VOICE)
    assert (found.at, found.hole, found.missing, found.again) == (5_000 + HALF, 4_800, 0, 0)


def test_a_hole_between_fades_is_no_missing_sound() -> None:
    fade = np.linspace(0.9, 0, 480)
    ends, begins = (
        (VOICE[HALF - 480 : HALF] * fade).astype(np.int16),
        (VOICE[HALF : HALF + 480] * fade[::-1]).astype(np.int16),
    )
    (found,) = breaks(recorded(VOICE[: HALF - 480], ends, silence(4_800), begins, VOICE[HALF + 480 :]), VOICE)
    assert abs(found.hole - 4_800) < 100
    assert found.missing == 0
    assert found.faded > 800


def test_sound_that_a_hole_swallowed_between_its_fades_is_missing() -> None:
    fade = np.linspace(0.9, 0, 480)
    ends, begins = (
        (VOICE[HALF - 480 : HALF] * fade).astype(np.int16),
        (VOICE[HALF + 240 : HALF + 720] * fade[::-1]).astype(np.int16),
    )
    (found,) = breaks(recorded(VOICE[: HALF - 480], ends, silence(4_800), begins, VOICE[HALF + 720 :]), VOICE)
    assert 200 < found.missing < 300


def test_sound_that_is_left_out_is_missing_and_sound_that_comes_back_is_said_again() -> None:
    (left_out,) = breaks(recorded(VOICE[:HALF], VOICE[HALF + 4_800 :]), VOICE)
    assert abs(left_out.missing - 4_800) < 100
    assert left_out.again == 0
    (twice,) = breaks(recorded(VOICE[:HALF], VOICE[HALF - 4_800 :]), VOICE)
    assert (twice.again, twice.missing) == (4_800, 0)


def test_an_answer_that_never_came_or_broke_off_is_missing() -> None:
    assert breaks(silence(9_000), VOICE) == [Break(0, missing=VOICE.size)]
    (found,) = breaks(recorded(VOICE[:HALF]), VOICE)
    assert found.missing == VOICE.size - HALF


def test_another_rendering_of_the_same_text_is_alike_and_one_with_a_sentence_less_is_not() -> None:
    assert unlike((VOICE * 0.9).astype(np.int16), VOICE) == 0
    assert unlike(np.concatenate([VOICE[:RATE], VOICE[HALF:]]), VOICE) > 900
    assert unlike(np.concatenate([VOICE[:HALF], silence(4_800), VOICE[HALF:-4_800]]), VOICE) >= 80
