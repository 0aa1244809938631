"""Fare of a sentence."""

from __future__ import annotations

import numpy as np

from actors.tts.engine import VoiceChunk
from actors.tts.fare import Fare
from bus.clock import MS
from bus.messages import VoiceCost


def test_it_tells_when_the_sound_began_and_ended_and_what_it_waited_for() -> None:
    fare, pcm = Fare(5 * MS), np.zeros(480, np.int16)
    fare.note(VoiceChunk(pcm, waited_ms=20), 45 * MS)
    fare.note(VoiceChunk(pcm), 65 * MS)
    told = VoiceCost(sentence=3, first_ms=40, whole_ms=60, sound_ms=20, waited_ms=20)
    assert fare.cost(3, 960) == told


def test_without_sound_there_is_only_the_reason() -> None:
    told = VoiceCost(sentence=0, first_ms=0, whole_ms=0, sound_ms=0, failed="it broke")
    assert Fare(5 * MS).cost(0, 0, "it broke") == told
