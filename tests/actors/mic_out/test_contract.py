"""Scenes of the contract, on each engine of mic-out; the device on a pretended PortAudio."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from actors import sound_line
from actors.mic_out.actor import MicOut
from actors.mic_out.engine import Speaker
from actors.mic_out.fake import FakeSpeaker
from actors.take import SoundTake
from tests.actors.mic_out.contract import SCENES, Candidate
from tests.actors.pretended_portaudio import PortAudio, device


@pytest.fixture(params=tuple(MicOut.engines))
def candidate(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Candidate:
    library = PortAudio([device("Cable")])
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(sound_line, "LOOK_S", 0.01)
    monkeypatch.setattr(sound_line, "FIRST_S", 0.01)

    def ask(speaker: Speaker) -> None:
        for stream in library.streams:
            if stream.active:
                stream.play(480)
        if isinstance(speaker, FakeSpeaker) and speaker.is_playing:
            speaker.listen(20)

    def unplug() -> None:
        library.devices = []
        for stream in library.streams:
            stream.active = False

    def fill_the_disk() -> None:
        monkeypatch.setattr(SoundTake, "write", full)

    settings: dict[str, dict[str, object]] = {"file": {"record": str(tmp_path)}, "device": {"device": "Cable"}}
    fails = {"file": fill_the_disk, "device": unplug}
    return Candidate(request.param, settings.get(request.param, {}), ask, fails.get(request.param))


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_contract(scene: Callable[[Candidate], Coroutine[object, object, None]], candidate: Candidate) -> None:
    asyncio.run(scene(candidate))
