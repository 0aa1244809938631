"""Scenes of the device microphone, on a pretended PortAudio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from actors import sound_line
from actors.vad import device as microphone_module
from actors.vad.device import DeviceMicrophone, DeviceMicrophoneSettings, Ear
from actors.vad.engine import RATE_HZ, WINDOW, Sound
from actors.vad.page import Page, PageSettings
from bus.clock import MS, SECOND, now_ns
from bus.errors import Wrong
from bus.messages import Echo
from tests.actors.pretended_portaudio import PortAudio, Stream, device
from tests.actors.vad.room import BEGIN_NS, Room, envelopes, windows


def microphone(library: PortAudio, monkeypatch: pytest.MonkeyPatch, name: str = "") -> DeviceMicrophone:
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(sound_line, "FIRST_S", 0.02)
    monkeypatch.setattr(sound_line, "LOOK_S", 0.01)
    return DeviceMicrophone(DeviceMicrophoneSettings(device=name))


async def until(there: Callable[[], object]) -> None:
    for _ in range(1_000):
        if there():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to pass within 5 s")


async def heard(ear: DeviceMicrophone, windows: int) -> list[Sound]:
    found: list[Sound] = []
    async with asyncio.timeout(30):
        async for sound in ear.windows():
            found.append(sound)
            if len(found) == windows:
                break
    return found


def test_what_it_records_comes_in_windows_with_the_time_of_its_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable", out=0, into=2)])

    async def scene() -> None:
        ear = microphone(library, monkeypatch, "Cable")
        await ear.open()
        await until(lambda: library.streams)
        said = np.arange(1, 2 * WINDOW + 1, dtype=np.int16)
        before_ns = now_ns()
        library.streams[0].record(said, ago_s=0.064)
        first, second = await heard(ear, 2)
        assert (np.concatenate([first.pcm, second.pcm]) == said).all()
        assert before_ns - 64 * MS <= first.at_ns <= now_ns() - 64 * MS
        assert second.at_ns - first.at_ns == 32 * MS
        await ear.close()
        await ear.close()
        assert not library.streams[0].active

    asyncio.run(scene())


def test_a_device_of_another_rate_is_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable", out=0, into=1, rate_hz=48_000)], rates=(48_000,))

    async def scene() -> None:
        ear = microphone(library, monkeypatch)
        await ear.open()
        await until(lambda: library.streams)
        (stream,) = library.streams
        assert stream.samplerate == 48_000
        tone = (8_000 * np.sin(2 * np.pi * 440 * np.arange(48_000 // 2) / 48_000)).astype(np.int16)
        stream.record(tone)
        found = await heard(ear, 14)
        pcm = np.concatenate([sound.pcm for sound in found]).astype(float)[RATE_HZ // 20 :]
        spectrum = np.abs(np.fft.rfft(pcm * np.hanning(pcm.size)))
        assert abs(int(spectrum.argmax()) * RATE_HZ / pcm.size - 440) < 5
        await ear.close()

    asyncio.run(scene())


def test_through_the_resampler_a_sample_keeps_the_time_of_its_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    virtual = [SECOND]
    monkeypatch.setattr(microphone_module, "now_ns", lambda: virtual[0])

    class Sink(Page):
        def hand_over(self, pcm: NDArray[np.int16], at_ns: int) -> None:
            taken.append((pcm, at_ns))

    taken: list[tuple[NDArray[np.int16], int]] = []

    async def scene() -> None:
        ear = Ear(asyncio.get_running_loop(), Sink(PageSettings()), 44_100, 1)
        stream = Stream(ear, 1, 44_100, 0, active=True)
        for block in range(60):
            pcm = np.zeros(441, dtype=np.int16)
            pcm[0] = 30_000 if block == 30 else 0
            stream.record(pcm, ago_s=0.02)
            virtual[0] += 10 * MS
        await asyncio.sleep(0)

    asyncio.run(scene())
    loudest, at_ns = max(taken, key=lambda piece: int(np.abs(piece[0]).max(initial=0)))
    captured_ns = at_ns + int(np.abs(loudest).argmax()) * SECOND // RATE_HZ
    assert abs(captured_ns - (SECOND + 30 * 10 * MS - 20 * MS)) < MS


def test_while_it_is_away_silence_comes_and_then_it_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable", out=0, into=1)])

    async def scene() -> None:
        ear = microphone(library, monkeypatch, "Cable")
        await ear.open()
        await until(lambda: library.streams)
        library.devices = []
        library.streams[0].active = False
        silent = await heard(ear, 3)
        assert all(not sound.pcm.any() for sound in silent)
        library.devices = [device("Cable", out=0, into=1)]
        await until(lambda: len(library.streams) == 2)
        library.streams[1].record(np.full(WINDOW, 5, dtype=np.int16))
        assert any((sound.pcm == 5).any() for sound in await heard(ear, 3))
        await ear.close()

    asyncio.run(scene())


def test_a_wrong_name_is_told_before_the_call_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Wrong, match='there is no sound input called "Cabel"'):
        asyncio.run(microphone(PortAudio([device("Cable", out=0, into=1)]), monkeypatch, "Cabel").open())


def in_a_room(monkeypatch: pytest.MonkeyPatch, *, echo_guard: bool) -> tuple[list[Sound], Echo | None]:
    """What a device gives of a room in which the avatar speaks, and what it tells of the echo."""
    library = PortAudio([device("Microphone", out=0, into=1)])
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    real = list(windows(Room(echo_db=-20).microphone()))
    virtual = [now_ns() + 10 * SECOND]
    later_ns = virtual[0] - BEGIN_NS
    monkeypatch.setattr(microphone_module, "now_ns", lambda: virtual[0])

    async def scene() -> tuple[list[Sound], Echo | None]:
        ear = DeviceMicrophone(DeviceMicrophoneSettings(device="Microphone", echo_guard=echo_guard))
        await ear.open()
        await until(lambda: library.streams)
        told, found = envelopes(), list[Sound]()

        async def listen() -> None:
            async for heard in ear.windows():
                found.append(heard)

        listening = asyncio.create_task(listen())
        for sound in real:
            virtual[0] = sound.at_ns + later_ns + 52 * MS
            while told and told[0].at_ns + later_ns < virtual[0]:
                envelope = told.pop(0)
                ear.played(msgspec.structs.replace(envelope, at_ns=envelope.at_ns + later_ns))
            library.streams[0].record(sound.pcm, ago_s=0.052)
            for _ in range(6):
                await asyncio.sleep(0)
        listening.cancel()
        await asyncio.wait([listening])
        assert len(found) > len(real) - 10
        told_of = ear.echo(virtual[0])
        await ear.close()
        return found, told_of

    return asyncio.run(asyncio.wait_for(scene(), 60))


def test_what_it_hears_of_the_avatar_itself_it_keeps_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    found, echo = in_a_room(monkeypatch, echo_guard=True)
    assert max(np.abs(sound.pcm.astype(np.int32)).max() for sound in found) < 1_000
    assert echo is not None
    assert echo.state == "guarded"


def test_without_the_guard_it_hears_the_avatar(monkeypatch: pytest.MonkeyPatch) -> None:
    found, echo = in_a_room(monkeypatch, echo_guard=False)
    assert max(np.abs(sound.pcm.astype(np.int32)).max() for sound in found) > 8_000
    assert echo is None
