"""Scenes of listening: when a picture is sure, and how far back the sound is kept."""

from __future__ import annotations

import numpy as np
import pytest

from actors.face.musetalk.listening import KEEP_FRAMES, MOST_STEPS, STEP_SAMPLES, Listening

FRAME = 1_920


def noise(frames: float, level: int = 8_000) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return np.random.default_rng(0).integers(-level, level + 1, round(frames * FRAME)).astype(np.int16)


def test_a_picture_is_sure_80_ms_and_the_reach_of_the_filter_behind_its_end() -> None:
    listening = Listening()
    listening.hear(noise(3))
    assert listening.sure_frames == 0
    listening.hear(noise(0.1))
    assert listening.sure_frames == 1
    listening.hear(noise(5))
    assert listening.sure_frames == 6
    assert listening.heard_frames == 8


@pytest.mark.parametrize("piece", [1, 7, 333, 1_920, 50_000])
def test_pieces_of_any_length_give_the_same(piece: int) -> None:
    pcm = noise(6)[: 2_000 * min(piece, 6)]
    whole, pieces = Listening(), Listening()
    whole.hear(pcm)
    for start in range(0, pcm.size, piece):
        pieces.hear(pcm[start : start + piece])
    for each in (whole, pieces):
        each.finish()
    assert np.allclose(whole.context()[1], pieces.context()[1], atol=1e-6)
    assert (whole.loud, whole.sure_frames) == (pieces.loud, pieces.sure_frames)


def test_at_the_end_every_picture_is_sure_and_a_part_of_one_counts() -> None:
    listening = Listening()
    listening.hear(noise(2.2))
    listening.finish()
    assert listening.sure_frames == listening.heard_frames == 3
    first, sound = listening.context()
    assert (first, sound.size) == (0, 4 * STEP_SAMPLES), "whole steps only"


def test_loud_and_silent_pictures_are_told_apart() -> None:
    listening = Listening()
    for level in (0, 8_000, 40):
        listening.hear(noise(1, level))
    assert listening.loud == {0: False, 1: True, 2: False}


def test_a_reply_that_goes_on_counts_from_its_frame() -> None:
    listening = Listening(100)
    assert listening.sure_frames == 100
    listening.hear(noise(4))
    assert listening.sure_frames == 101
    assert listening.context()[0] == 200
    assert list(listening.loud) == [100, 101, 102, 103]


def test_ten_seconds_before_the_picture_in_hand_are_kept_and_not_the_whole_evening() -> None:
    listening = Listening()
    pieces = []
    for second in range(40):
        piece = noise(25, 1_000 + second)
        pieces.append(piece)
        listening.hear(piece)
        listening.forget_before(listening.sure_frames)
    first, sound = listening.context()
    drawn = listening.sure_frames
    assert drawn - first // 2 >= KEEP_FRAMES
    assert sound.size <= MOST_STEPS * STEP_SAMPLES
    assert len(listening.loud) <= KEEP_FRAMES + 3
    entire = Listening()
    entire.hear(np.concatenate(pieces)[: 25 * FRAME * 29])
    kept = entire.context()[1][first * STEP_SAMPLES :]
    assert np.allclose(kept[: 20 * STEP_SAMPLES], sound[: 20 * STEP_SAMPLES], atol=1e-6), "cut at whole pictures"
