"""Scenes of the rules of the sound: each finds the damage that it is there for."""

from __future__ import annotations

import pytest

from bus.messages import SentenceEnd, SoundSlice, VoiceAudio
from remote.audit.sounds import track_of
from tests.remote.audit.scene import CUT, HEARD, Spoil, evidence, good_call, other, spoilt, track, twice, without


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        pytest.param(without(VoiceAudio, 1), "spoken whole", id="a piece of voice is missing"),
        pytest.param(twice(VoiceAudio), "spoken whole", id="a piece of voice comes twice"),
        pytest.param(without(SentenceEnd, 1), "spoken whole", id="a sentence has no end"),
        pytest.param(without(SoundSlice, 3), "sent to the sample", id="a slice is missing"),
        pytest.param(without(SoundSlice, -1), "sent to the sample", id="the last slice is missing"),
        pytest.param(other(SoundSlice, 3, payload=bytes(1_920)), "sent to the sample", id="a slice is silent"),
        pytest.param(other(SoundSlice, 3, position=3 * 960 + 1), "sent to the sample", id="a slice is a sample late"),
        pytest.param(other(SoundSlice, 2, CUT, payload=bytes(1_920)), "sent to the sample", id="wrong, and then cut"),
    ],
)
def test_damage_is_found(spoil: Spoil, rule: str) -> None:
    assert rule in spoilt(spoil)


def test_a_successor_may_send_a_slice_again() -> None:
    assert spoilt(twice(SoundSlice, 3)) == set()


def test_the_sound_of_a_reply_is_its_sentences_with_the_pause_between_them() -> None:
    assert track_of(evidence(good_call()), HEARD).tolist() == track(HEARD).tolist()
