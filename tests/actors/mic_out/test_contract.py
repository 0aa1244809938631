"""Scenes of the contract, on each engine of mic-out; the device on a pretended PortAudio, names in two scripts."""

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
from bus.clock import MS
from tests.actors.cases import cases
from tests.actors.mic_out import contract
from tests.actors.mic_out.contract import SCENES, Candidate
from tests.actors.pretended_portaudio import PortAudio, device

CABLE = "Кабель 🔊, один"
NOT_FOR = {
    (contract.when_its_device_or_disk_fails_time_goes_on, "web"): "pages come and go; their blocks are the shell's",
    (contract.when_its_device_or_disk_fails_time_goes_on, "fake"): "it has nothing that could",
    (contract.when_its_device_hangs_time_goes_on_and_it_is_played_into_again, "web"): "nothing that it waits for",
    (contract.when_its_device_hangs_time_goes_on_and_it_is_played_into_again, "fake"): "its time is the test's own",
    (
        contract.when_its_device_hangs_time_goes_on_and_it_is_played_into_again,
        "file",
    ): "it writes in the event loop itself: a disk that hangs is a loop that stands still, which ends the process",
}


@pytest.fixture
def candidate(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Candidate:
    library = PortAudio([device(CABLE)])
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(sound_line, "LOOK_S", 0.01)
    monkeypatch.setattr(sound_line, "FIRST_S", 0.01)
    if "hangs" in request.node.name:
        monkeypatch.setattr(sound_line, "SILENT_NS", 50 * MS)
        monkeypatch.setattr(sound_line, "STARTING_NS", 200 * MS)

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

    settings: dict[str, dict[str, object]] = {
        "file": {"record": str(tmp_path / "запис 🔊")},
        "device": {"device": CABLE},
    }
    fail = fill_the_disk if request.param == "file" else unplug
    return Candidate(request.param, settings.get(request.param, {}), ask, fail)


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("candidate", "scene"), cases(MicOut.engines, SCENES, NOT_FOR), indirect=["candidate"])
def test_contract(scene: Callable[[Candidate], Coroutine[object, object, None]], candidate: Candidate) -> None:
    asyncio.run(scene(candidate))
