"""Scenes of a sound line, on a pretended PortAudio."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from actors import sound_line
from actors.mic_out.actor import MicOut
from actors.mic_out.device import Tap
from actors.sound_device import SoundDevice, Way
from actors.sound_line import SoundLine
from actors.vad.actor import Vad
from bus.clock import MS
from bus.tally import Tally
from tests.actors.pretended_portaudio import PortAudio, Stream, device


def silence(samples: int, _at_ns: int) -> NDArray[np.int16]:
    return np.zeros(samples, np.int16)


def line(library: PortAudio, monkeypatch: pytest.MonkeyPatch) -> SoundLine:
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(sound_line, "LOOK_S", 0.01)
    monkeypatch.setattr(sound_line, "FIRST_S", 0.01)
    return SoundLine("Cable", "output", 48_000, 0.04, lambda rate_hz, channels: Tap(silence, rate_hz, channels))


async def until(there: Callable[[], object]) -> None:
    for _ in range(1_000):
        if there():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to pass within 5 s")


async def for_ever() -> None:
    await asyncio.Event().wait()


def test_a_server_that_has_another_device_in_its_place_makes_it_open_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable")])
    place = [1]

    def place_of(_device: SoundDevice, _way: Way) -> int:
        return place[0]

    monkeypatch.setattr(sound_line, "place_of", place_of)
    monkeypatch.setattr(sound_line, "PLACE_NS", 0)

    async def scene() -> None:
        held = line(library, monkeypatch)
        await held.open()
        holding = asyncio.create_task(held.hold(for_ever))
        await until(lambda: library.streams and library.streams[0].active)
        place[0] = 2
        await until(lambda: len(library.streams) == 2)
        assert not library.streams[0].active, "PortAudio lists anew only with no stream open"
        holding.cancel()
        await asyncio.wait([holding])
        await held.close()

    asyncio.run(scene())


def test_portaudio_is_called_in_one_thread_and_never_on_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable")])
    threads: set[str] = set()

    class Watched(Stream):
        def start(self) -> None:
            threads.add(threading.current_thread().name)
            super().start()

        def close(self) -> None:
            threads.add(threading.current_thread().name)
            super().close()

    def query() -> list[dict[str, object]]:
        threads.add(threading.current_thread().name)
        return library.devices

    def open_stream(**asked: object) -> Stream:
        threads.add(threading.current_thread().name)
        library.streams.append(Watched(asked["callback"], 2, 48_000, 0))  # type: ignore[arg-type]
        return library.streams[-1]

    monkeypatch.setattr(library, "query_devices", query, raising=False)
    monkeypatch.setattr(library, "RawOutputStream", open_stream, raising=False)

    async def scene() -> None:
        held = line(library, monkeypatch)
        await held.open()
        holding = asyncio.create_task(held.hold(for_ever))
        await until(lambda: library.streams and library.streams[0].active)
        library.streams[0].active = False
        await until(lambda: len(library.streams) == 2)
        holding.cancel()
        await asyncio.wait([holding])
        await held.close()

    asyncio.run(scene())
    assert len(threads) == 1
    assert threads.pop().startswith("portaudio")


def test_a_device_that_never_works_is_tried_at_growing_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable")])
    monkeypatch.setattr(sound_line, "STARTING_NS", 0)
    waited: list[float] = []
    sleep = asyncio.sleep

    async def note(delay_s: float) -> None:
        waited.append(delay_s)
        await sleep(0)

    async def scene() -> None:
        held = line(library, monkeypatch)
        await held.open()
        monkeypatch.setattr(asyncio, "sleep", note)
        holding = asyncio.create_task(held.hold(for_ever))
        while len(waited) < 10:
            await sleep(0.001)
        holding.cancel()
        await asyncio.wait([holding])
        await held.close()

    asyncio.run(scene())
    assert waited[:9] == [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 1.0]


def test_time_goes_on_from_when_it_went_until_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable")])
    monkeypatch.setattr(sound_line, "SILENT_NS", 3_600_000 * MS)
    runs: list[str] = []

    async def meanwhile() -> None:
        runs.append("begun")
        try:
            await for_ever()
        finally:
            runs.append("ended")

    async def scene() -> None:
        held = line(library, monkeypatch)
        await held.open()
        holding = asyncio.create_task(held.hold(meanwhile))
        await until(lambda: library.streams and library.streams[0].active)
        before = list(runs)
        library.devices = []
        library.streams[0].active = False
        await until(lambda: len(runs) == len(before) + 1)
        assert runs[-1] == "begun"
        library.devices = [device("Cable")]
        await until(lambda: len(library.streams) == 2 and library.streams[1].active)
        assert runs[-1] == "ended"
        holding.cancel()
        await asyncio.wait([holding])
        await held.close()

    asyncio.run(scene())


@pytest.mark.parametrize("reason", ["underflow", "overflow"])
def test_what_a_device_loses_is_counted_with_its_reason(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("Cable", into=2)])
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(sound_line, "LOOK_S", 0.01)
    shell, topic = (MicOut, "mic-out.sound") if reason == "underflow" else (Vad, "vad.speech")
    actor: MicOut | Vad = shell.build("device", {"device": "Cable"})
    tally = Tally(logging.getLogger("test"))
    assert actor.lossy is not None, "the runtime tells it where to count"
    actor.lossy.count_in(tally)

    async def scene() -> None:
        async with asyncio.TaskGroup() as tasks:
            if isinstance(actor, MicOut):
                await actor.speaker.open()
                playing = tasks.create_task(actor.speaker.play(silence))
                await until(lambda: library.streams and library.streams[0].active)
                library.streams[0].play(480, underflow=True)
                library.streams[0].play(480, underflow=True)
            else:
                await actor.microphone.open()
                await until(lambda: library.streams and library.streams[0].active)
                for _ in range(2):
                    library.streams[0].record(np.zeros(160, np.int16), overflow=True)
            await until(lambda: tally[topic, reason] == 2)
            if isinstance(actor, MicOut):
                playing.cancel()
        await actor.stop()

    asyncio.run(scene())
