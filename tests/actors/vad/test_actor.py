"""Scenes of vad: what it sends while it listens."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np
import pytest

from actors.take import find_parts, read_sound
from actors.vad.actor import Vad
from actors.vad.engine import Sound
from actors.vad.fake import WINDOW_NS, FakeDetector, FakeMicrophone, FakeSettings, play
from actors.vad.page import Page, PageSettings
from actors.vad.settings import VadSettings
from actors.vad.silero import Silero
from bus.clock import SECOND
from bus.messages import Level, PageSound, SoundBegan, SoundEnded, SpeechChunk, SpeechEdge
from bus.rehearsal import Rehearsal, Sent

SCRIPT = "." * 20 + "#" * 20 + "." * 20


async def settled() -> None:
    """The actor has done all that it can do without time passing."""
    for _ in range(10):
        await asyncio.sleep(0)


def listen(script: str, settings: VadSettings | None = None) -> list[Sent]:
    """Everything that vad sends until the script has ended."""

    async def scene() -> list[Sent]:
        microphone = FakeMicrophone(FakeSettings(script=script))
        async with Rehearsal(Vad(microphone, settings or VadSettings(), FakeDetector())) as stage:
            assert microphone.is_open
            await settled()
        assert not microphone.is_open
        return stage.sent

    return asyncio.run(scene())


def test_an_utterance_is_told_as_edges_and_chunks_and_then_the_sound_ends() -> None:
    told = [s.message for s in listen(SCRIPT) if not isinstance(s.message, Level)]
    edges = [m for m in told if isinstance(m, SpeechEdge)]
    chunks = [m for m in told if isinstance(m, SpeechChunk)]
    assert [(e.kind, (e.at_ns - SECOND) // WINDOW_NS) for e in edges] == [("started", 20), ("stopped", 40)]
    assert [c.index for c in chunks] == list(range(len(chunks)))
    assert [c.last for c in chunks] == [False] * (len(chunks) - 1) + [True]
    assert isinstance(told[-1], SoundEnded)


def test_what_it_sends_carries_the_capture_time() -> None:
    for sent in listen(SCRIPT):
        match sent.message:
            case SpeechChunk() | SpeechEdge() | SoundEnded() as message:
                assert sent.t0 == message.at_ns
            case _:
                assert sent.t0 >= SECOND


def test_levels_come_about_twelve_times_a_second() -> None:
    levels = [s.message for s in listen("." * 313) if isinstance(s.message, Level)]
    assert 110 <= len(levels) <= 125


def test_silence_is_not_sent_anywhere() -> None:
    assert not [s for s in listen("." * 300) if isinstance(s.message, SpeechChunk | SpeechEdge)]


def test_the_browser_is_heard() -> None:
    async def scene() -> None:
        vad = Vad(Page(PageSettings()), VadSettings(), FakeDetector())
        async with Rehearsal(vad) as stage:
            for sound in play("#" * 5):
                await stage.send(PageSound(at_ns=sound.at_ns, payload=sound.pcm.tobytes()))
                await asyncio.sleep(0)
            await settled()
            assert stage.of(SpeechEdge)[0].at_ns == SECOND

    asyncio.run(asyncio.wait_for(scene(), 5))


def test_another_microphone_does_not_mind_the_browser() -> None:
    async def scene() -> None:
        async with Rehearsal(Vad(FakeMicrophone(FakeSettings()), VadSettings(), FakeDetector())) as stage:
            await stage.send(PageSound(at_ns=0, payload=b"\1\2\3"))

    asyncio.run(scene())


def test_everything_heard_is_recorded_when_asked_for(tmp_path: Path) -> None:
    listen(SCRIPT, VadSettings(record=str(tmp_path / "call")))
    [part] = find_parts(tmp_path / "call", "user")
    sound = read_sound(part)
    assert sound is not None
    assert part.start_ns == SECOND
    assert (sound.pcm == np.concatenate([w.pcm for w in play(SCRIPT)])).all()


def test_a_full_disk_ends_the_recording_and_not_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("actors.take.SoundTake.write", full)
    with caplog.at_level(logging.WARNING):
        told = listen(SCRIPT, VadSettings(record=str(tmp_path)))
    assert [s for s in told if isinstance(s.message, SpeechEdge)]
    assert [r.getMessage() for r in caplog.records] == ["recording stopped"]


def test_a_plan_builds_it_with_its_own_settings_beside_those_of_the_microphone() -> None:
    vad = Vad.build("file", {"path": "talk.wav", "stop_ms": 300})
    assert vad.settings.stop_ms == 300
    assert isinstance(vad.detector, Silero)


def test_the_fake_detector_reads_the_script() -> None:
    sounds: list[Sound] = list(play(".#"))
    assert [FakeDetector().probability(sound.pcm) for sound in sounds] == [0.0, 1.0]


def test_a_successor_goes_on_in_the_source_that_its_predecessor_began(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        microphone = FakeMicrophone(FakeSettings())
        resumed: list[int] = []
        monkeypatch.setattr(microphone, "resume", resumed.append)
        vad = Vad(microphone, VadSettings(), FakeDetector())
        await vad.restore(SoundBegan(at_ns=5))
        assert resumed == [5]

    asyncio.run(scene())
