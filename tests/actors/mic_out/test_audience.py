"""Scenes of mic-out's audience: what the page and vad get of the sound."""

from __future__ import annotations

import numpy as np

from actors.envelope import BANDS, STEP_NS, unpacked
from actors.mic_out.audience import Audience
from actors.mic_out.fake import FakeSpeaker, FakeSpeakerSettings
from bus.clock import MS
from bus.messages import HeardSound, PlayedEnvelope

SILENCE = np.zeros(480, np.int16)
SOUND = (8_000 * np.sin(2 * np.pi * 1_000 * np.arange(480) / 48_000)).astype(np.int16)


def audience(*, page: bool = False, room: bool = False) -> Audience:
    return Audience(FakeSpeaker(FakeSpeakerSettings(audible_on_page=page, audible_in_room=room)))


def hear(listeners: Audience, *blocks: np.ndarray[tuple[int], np.dtype[np.int16]]) -> list[bool]:
    return [listeners.hear(index * 10 * MS, block) for index, block in enumerate(blocks)]


def test_the_page_gets_everything_and_vad_the_envelope_of_what_sounds() -> None:
    listeners = audience(page=True, room=True)
    assert all(hear(listeners, *[SILENCE] * 4, *[SOUND] * 16, *[SILENCE] * 4))
    told = list(listeners.messages())
    assert [m.at_ns for m in told if isinstance(m, HeardSound)] == [index * 20 * MS for index in range(12)]
    envelopes = [m for m in told if isinstance(m, PlayedEnvelope)]
    assert 160 * MS <= len(envelopes) * STEP_NS <= 200 * MS
    assert all(len(m.payload) == BANDS for m in envelopes)
    assert abs(float(unpacked(envelopes[5].payload).max()) - 20 * np.log10(8_000 / 32_768)) < 1


def test_in_a_room_silence_is_not_told_of() -> None:
    listeners = audience(room=True)
    assert hear(listeners, SILENCE, SOUND, SILENCE, SILENCE) == [False, True, True, False]
    assert all(isinstance(message, PlayedEnvelope) for message in listeners.messages())
    assert not list(listeners.messages())


def test_a_speaker_that_nobody_hears_has_no_audience() -> None:
    listeners = audience()
    assert hear(listeners, SOUND, SOUND) == [False, False]
    assert not list(listeners.messages())


def test_blocks_that_nobody_takes_are_bounded() -> None:
    listeners = audience(page=True)
    hear(listeners, *[SOUND] * 1_000)
    assert len(list(listeners.messages())) == 50
