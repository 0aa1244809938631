"""Scenes of the contract, on each engine of vad; the device on a pretended PortAudio, names in two scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import numpy as np
import pytest
import soundfile

from actors import sound_line
from actors.vad.actor import Vad
from actors.vad.engine import RATE_HZ, WINDOW, Microphone
from actors.vad.page import Page
from bus import clock
from tests.actors.cases import cases
from tests.actors.pretended_portaudio import PortAudio, device
from tests.actors.vad import contract
from tests.actors.vad.contract import SCENES, SPEECH, Candidate

TONE = (8_000 * np.sin(2 * np.pi * 250 * np.arange(SPEECH * WINDOW) / RATE_HZ)).astype(np.int16)


CABLE = "Кабель 🎤, один"
NOT_FOR = {
    (contract.when_its_device_goes_away_silence_comes_in_its_place, "file"): "a file that is read does not go away",
    (
        contract.when_its_device_goes_away_silence_comes_in_its_place,
        "web",
    ): "it takes what it is given; see the next scene",
    (contract.when_its_device_goes_away_silence_comes_in_its_place, "fake"): "a script",
    (
        contract.one_that_hangs_is_silence_and_is_heard_again_when_it_goes_on,
        "file",
    ): "it reads in the event loop itself: a disk that hangs is a loop that stands still, which ends the process",
    (contract.one_that_hangs_is_silence_and_is_heard_again_when_it_goes_on, "fake"): "a script",
}


@pytest.fixture
def candidate(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Candidate:
    library = PortAudio([device(CABLE, out=0, into=1)])
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(sound_line, "LOOK_S", 0.01)
    monkeypatch.setattr(sound_line, "FIRST_S", 0.01)
    if "hangs" in request.node.name:
        monkeypatch.setattr(sound_line, "SILENT_NS", 50 * clock.MS)
        monkeypatch.setattr(sound_line, "STARTING_NS", 200 * clock.MS)

    async def at_once(_at_ns: int) -> None:
        await asyncio.sleep(0)

    if request.param == "file":
        monkeypatch.setattr(clock, "sleep_until", at_once)
    soundfile.write(tmp_path / "сказане 🎤.wav", TONE, RATE_HZ)

    def speak(microphone: Microphone) -> bool:
        if isinstance(microphone, Page):
            microphone.hand_over(TONE, clock.now_ns())
        elif request.param == "device":
            if not (library.streams and library.streams[-1].active):
                return False
            library.streams[-1].record(TONE, ago_s=0.02)
        return True

    settings: dict[str, dict[str, object]] = {
        "file": {"path": str(tmp_path / "сказане 🎤.wav"), "tail_ms": 0},
        "device": {"device": CABLE},
        "fake": {"script": "...." + "#" * SPEECH},
    }

    def unplug() -> None:
        library.devices = []
        for stream in library.streams:
            stream.active = False

    return Candidate(request.param, settings.get(request.param, {}), speak, unplug)


@pytest.mark.parametrize(("candidate", "scene"), cases(Vad.engines, SCENES, NOT_FOR), indirect=["candidate"])
def test_contract(scene: Callable[[Candidate], Coroutine[object, object, None]], candidate: Candidate) -> None:
    asyncio.run(scene(candidate))
