"""Scenes of a reply: exactly one pose for each 40 ms, however the sound is cut; at rest in silence and at the end."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from actors.face.reply import LOOK_AHEAD, Reply, limited
from actors.face.viseme import MS
from actors.portrait.pose import REST, Pose
from bus.messages.voice import Phoneme

FRAME = 1920


def voiced(samples: int) -> NDArray[np.int16]:
    time_s = np.arange(samples) / 48_000
    return np.asarray(9000 * np.sin(2 * np.pi * 180 * time_s) + 6000 * np.sin(2 * np.pi * 720 * time_s), np.int16)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 7000), max_size=8), st.booleans())
def test_every_40_ms_has_one_frame_however_the_sound_is_cut(pieces: list[int], with_phonemes: bool) -> None:
    total = sum(pieces)
    sound = voiced(total)
    phonemes = [Phoneme("a", at) for at in range(0, total, 4000)] if with_phonemes else []
    reply, whole = Reply(), Reply()
    frames, start = [], 0
    for size in pieces:
        end = start + size
        frames += reply.hear(sound[start:end], [p for p in phonemes if start <= p.position < end])
        start = end
    frames += reply.finish()
    once = whole.hear(sound, phonemes) + whole.finish()
    needed = -(-total // FRAME)
    assert [index for index, _ in frames] == list(range(len(frames)))
    assert max(needed, 1) <= len(frames) <= needed + 4
    assert frames[-1][1] == REST
    assert [pose for _, pose in frames] == [pytest.approx(pose) for _, pose in once], "cuts do not matter"


def test_the_first_frame_is_there_after_100_ms_of_sound() -> None:
    reply = Reply()
    assert not reply.hear(voiced(99 * MS), [])
    assert len(reply.hear(voiced(1 * MS), [])) == 1
    assert LOOK_AHEAD <= 120 * MS


@pytest.mark.parametrize("at_ms", [200, 213, 227, 390])
def test_the_mouth_opens_within_a_frame_of_its_phoneme(at_ms: int) -> None:
    reply = Reply()
    sound = np.concatenate((np.zeros(at_ms * MS, np.int16), voiced(400 * MS)))
    frames = reply.hear(sound, [Phoneme("ɑː", at_ms * MS)])
    opened = next(index for index, pose in frames if pose.jaw > 0.3)
    assert abs(opened - at_ms / 40) <= 1.0


def test_lips_are_shut_at_m_between_open_vowels() -> None:
    reply = Reply()
    phonemes = [Phoneme("a", 0), Phoneme("m", 300 * MS), Phoneme("a", 370 * MS)]
    poses = dict(reply.hear(voiced(800 * MS), phonemes))
    assert poses[5].jaw > 0.5
    assert max(poses[index].press for index in (7, 8, 9)) == 1.0
    assert poses[12].jaw > 0.5


def test_silence_is_rest() -> None:
    reply = Reply()
    frames = reply.hear(np.zeros(48_000, np.int16), [])
    assert len(frames) >= 23
    assert all(pose == REST for _, pose in frames)
    assert reply.finish()[-1][1] == REST


def test_a_pause_that_no_phoneme_tells_of_shuts_the_mouth() -> None:
    reply = Reply()
    sound = np.concatenate((voiced(300 * MS), np.zeros(400 * MS, np.int16)))
    poses = dict(reply.hear(sound, [Phoneme("a", 0)]))
    assert poses[4].jaw > 0.5
    assert poses[12].jaw < 0.05


def test_nothing_jumps_but_lips_that_must_close() -> None:
    reply = Reply()
    phonemes = [Phoneme(ipa, index * 70 * MS) for index, ipa in enumerate("auisoʃaxeruwa")]
    poses = [pose for _, pose in reply.hear(voiced(1000 * MS), phonemes)]
    for before, after in pairwise(poses):
        assert limited(before, after) == pytest.approx(after)


def test_an_open_mouth_is_at_rest_at_most_four_frames_after_the_sound() -> None:
    reply = Reply()
    frames = reply.hear(voiced(48_000), [Phoneme("a", 0)])
    ending = reply.finish()
    assert frames[-1][1].jaw > 0.5
    assert ending[-1][0] - 25 < 4
    jaws = [pose.jaw for _, pose in ending if _ >= 25]
    assert jaws == sorted(jaws, reverse=True)
    assert ending[-1][1] == REST


def test_a_reply_taken_up_after_a_restart_goes_on_at_its_frame() -> None:
    reply = Reply(first_frame=50)
    frames = reply.hear(voiced(10 * FRAME), [Phoneme("a", 52 * FRAME)])
    assert frames[0][0] == 50
    assert dict(frames)[54].jaw > 0.5


def test_a_reply_without_sound_ends_with_one_frame_at_rest() -> None:
    assert Reply().finish() == [(0, REST)]


def test_values_move_by_their_speed_only() -> None:
    assert limited(REST, Pose(jaw=1.0, wide=-1.0)) == Pose(jaw=0.5, wide=-0.6)


def test_in_a_long_silence_the_mouth_comes_to_rest_and_not_only_near_it() -> None:
    reply = Reply()
    reply.hear(voiced(9_600), [])
    poses = [pose for _, pose in reply.hear(np.zeros(48_000, np.int16), [])]
    assert poses[-1] == REST
    assert poses.count(REST) > 10
