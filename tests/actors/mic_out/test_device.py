"""Scenes of the device speaker, on a pretended PortAudio and a virtual device thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from actors import sound_line
from actors.mic_out import device as speaker_module
from actors.mic_out.device import DeviceSpeaker, DeviceSpeakerSettings, Tap
from bus.clock import MS, SECOND, now_ns
from bus.errors import Wrong
from tests.actors.pretended_portaudio import PortAudio, Stream, device


class Count:
    """Pulls that number their samples."""

    def __init__(self) -> None:
        self.next = 0
        self.times: list[int] = []

    def __call__(self, samples: int, at_ns: int) -> NDArray[np.int16]:
        self.times.append(at_ns)
        pcm = np.arange(self.next, self.next + samples).astype(np.int16)
        self.next += samples
        return pcm


def stream_of(count: Count, rate_hz: int, channels: int) -> Stream:
    return Stream(Tap(count, rate_hz, channels), channels, rate_hz, 0, active=True)


def test_what_is_pulled_goes_into_every_channel_in_order() -> None:
    stream = stream_of(Count(), 48_000, 2)
    heard = np.concatenate([stream.play(frames) for frames in (480, 311, 1_024)])
    assert (heard[:, 0] == np.arange(1_815)).all()
    assert (heard[:, 0] == heard[:, 1]).all()


def test_a_sample_is_heard_at_the_time_of_the_dac() -> None:
    count = Count()
    before_ns = now_ns()
    stream_of(count, 48_000, 1).play(480, delay_s=0.015)
    assert before_ns + 15 * MS <= count.times[0] <= now_ns() + 15 * MS


def test_through_the_resampler_a_sample_is_heard_when_it_was_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    virtual = [SECOND]
    told: list[int] = []

    def click(samples: int, at_ns: int) -> NDArray[np.int16]:
        told.append(at_ns)
        pcm = np.zeros(samples, dtype=np.int16)
        pcm[0] = 30_000 if len(told) == 31 else 0
        return pcm

    monkeypatch.setattr(speaker_module, "now_ns", lambda: virtual[0])
    stream = Stream(Tap(click, 44_100, 1), 1, 44_100, 0, active=True)
    heard = []
    for _ in range(60):
        heard.append(stream.play(441, delay_s=0.02)[:, 0])
        virtual[0] += 10 * MS
    heard_ns = SECOND + 20 * MS + int(np.abs(np.concatenate(heard)).argmax()) * SECOND // 44_100
    assert abs(told[30] - heard_ns) < MS


def test_another_rate_is_resampled_without_a_gap() -> None:
    place = 0

    def tone(samples: int, at_ns: int) -> NDArray[np.int16]:
        nonlocal place
        pcm = (8_000 * np.sin(2 * np.pi * 440 * (np.arange(place, place + samples)) / 48_000)).astype(np.int16)
        place += samples
        return pcm

    stream = Stream(Tap(tone, 44_100, 1), 1, 44_100, 0, active=True)
    heard = np.concatenate([stream.play(441)[:, 0] for _ in range(50)]).astype(float)
    settled = heard[4_410:]
    spectrum = np.abs(np.fft.rfft(settled * np.hanning(settled.size)))
    assert abs(int(spectrum.argmax()) * 44_100 / settled.size - 440) < 5
    assert np.abs(np.diff(settled)).max() < 8_000 * 2 * np.pi * 440 / 44_100 * 1.1, "no click"


def speaker(library: PortAudio, monkeypatch: pytest.MonkeyPatch, name: str = "") -> DeviceSpeaker:
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(sound_line, "FIRST_S", 0.02)
    monkeypatch.setattr(sound_line, "LOOK_S", 0.01)
    return DeviceSpeaker(DeviceSpeakerSettings(device=name))


async def until(there: Callable[[], object]) -> None:
    for _ in range(1_000):
        if there():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to pass within 5 s")


def test_a_device_that_is_pulled_out_is_taken_again_and_time_goes_on_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable")])
    count = Count()

    async def scene() -> None:
        shown = speaker(library, monkeypatch, "Cable")
        await shown.open()
        playing = asyncio.create_task(shown.play(count))
        await until(lambda: library.streams)
        library.streams[0].play(480)
        library.devices = []
        library.streams[0].active = False
        await until(lambda: count.next >= 480 * 4)
        library.devices = [device("Speakers"), device("Cable")]
        await until(lambda: len(library.streams) == 2)
        assert library.streams[1].device == 1
        assert library.refreshed >= 1
        playing.cancel()
        await asyncio.wait([playing])
        await shown.close()
        await shown.close()
        assert not library.streams[1].active

    asyncio.run(scene())
    gaps = np.diff(count.times)
    assert gaps.max() < SECOND, "silence was pulled while it was away"


def test_a_device_that_falls_silent_counts_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable")])
    monkeypatch.setattr(sound_line, "SILENT_NS", 50 * MS)
    monkeypatch.setattr(sound_line, "STARTING_NS", 50 * MS)

    async def scene() -> None:
        shown = speaker(library, monkeypatch)
        await shown.open()
        playing = asyncio.create_task(shown.play(Count()))
        await until(lambda: len(library.streams) >= 2)
        playing.cancel()
        await asyncio.wait([playing])
        await shown.close()

    asyncio.run(scene())


def test_a_wrong_name_is_told_before_the_call_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Wrong, match='called "Cabel"'):
        asyncio.run(speaker(PortAudio([device("Cable")]), monkeypatch, "Cabel").open())
