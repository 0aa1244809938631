"""Scenes of vad: what it sends while it listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from actors.take import find_parts, read_sound
from actors.vad.actor import Vad
from actors.vad.engine import GuardedMicrophone, Sound
from actors.vad.fake import WINDOW_NS, FakeDetector, FakeMicrophone, FakeSettings, play
from actors.vad.page import Page, PageSettings
from actors.vad.settings import VadSettings
from actors.vad.silero import Silero
from bus.clock import SECOND, now_ns
from bus.messages import (
    Echo,
    Level,
    Listening,
    PageSound,
    PlayedEnvelope,
    SoundBegan,
    SoundEnded,
    SpeechChunk,
    SpeechEdge,
)
from bus.messages.message import Message
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

    asyncio.run(asyncio.wait_for(scene(), 30))


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


@pytest.mark.parametrize("died_at", [10, 19, 21, 25, 33, 39, 41, 44, 47])
def test_a_vad_that_dies_at_any_window_is_followed_by_one_that_misses_nothing_and_says_nothing_twice(
    died_at: int,
) -> None:
    whole = listen(SCRIPT)

    async def scene() -> list[Message]:
        first = FakeMicrophone(FakeSettings(script=SCRIPT[:died_at]))
        async with Rehearsal(Vad(first, VadSettings(), FakeDetector())) as stage:
            await settled()
        sent = [s.message for s in stage.sent]
        states = [next((m for m in reversed(sent) if isinstance(m, kind)), None) for kind in (SoundBegan, Listening)]
        vad = Vad(FakeMicrophone(FakeSettings(script=SCRIPT)), VadSettings(), FakeDetector())
        for state in states:
            if state is not None:
                await vad.restore(state)
        async with Rehearsal(vad) as stage:
            await settled()
        return [*sent, *(s.message for s in stage.sent)]

    def speech(messages: Iterable[Message]) -> list[Message]:
        return [m for m in messages if isinstance(m, SpeechEdge | SpeechChunk)]

    told = speech(asyncio.run(scene()))
    assert [m for m in told if isinstance(m, SpeechEdge)] == [
        s.message for s in whole if isinstance(s.message, SpeechEdge)
    ]
    assert b"".join(m.payload for m in told) == b"".join(m.payload for m in speech(s.message for s in whole))
    assert [m.index for m in told if isinstance(m, SpeechChunk)] == list(
        range(sum(isinstance(m, SpeechChunk) for m in told))
    )


def test_sound_of_the_page_is_kept_for_a_successor_until_it_can_not_be_needed() -> None:
    async def scene() -> None:
        vad = Vad(Page(PageSettings()), VadSettings(), FakeDetector())
        async with Rehearsal(vad) as stage:
            for sound in play("." * 60, now_ns()):
                await stage.send(PageSound(at_ns=sound.at_ns, payload=sound.pcm.tobytes()))
                await asyncio.sleep(0)
            await settled()
            needed = (300 + 192 + 96) / 32
            assert needed <= len(vad.unit) <= needed + 12

    asyncio.run(asyncio.wait_for(scene(), 30))


def test_sound_that_is_handed_over_again_is_left_out_as_far_as_it_was_heard() -> None:
    async def scene() -> None:
        page = Page(PageSettings())
        page.resume(1, SECOND + 10 * WINDOW_NS)
        await page.open()
        for sound in play("." * 10 + "#" * 4):
            page.hand_over(sound.pcm, sound.at_ns)
        windows = page.windows()
        assert [(await anext(windows)).at_ns for _ in range(4)] == [SECOND + n * WINDOW_NS for n in range(10, 14)]

    asyncio.run(asyncio.wait_for(scene(), 30))


class Guarded(FakeMicrophone):
    """A microphone with an echo guard, which notes what it is told."""

    def __init__(self) -> None:
        super().__init__(FakeSettings(script="." * 10))
        self.told: list[PlayedEnvelope | Echo] = []
        self.new = [Echo(state="guarded", lag_ms=80)]

    def played(self, envelope: PlayedEnvelope) -> None:
        self.told.append(envelope)

    def echo(self, now_ns: int) -> Echo | None:
        return self.new.pop() if self.new else None

    def expect(self, echo: Echo) -> None:
        self.told.append(echo)


def test_what_is_played_goes_to_the_microphone_that_may_hear_it_and_what_it_learns_of_the_room_outlives_vad() -> None:
    async def scene() -> None:
        microphone = Guarded()
        assert isinstance(microphone, GuardedMicrophone)
        vad = Vad(microphone, VadSettings(), FakeDetector())
        known, played = Echo(state="guarded", lag_ms=64), PlayedEnvelope(at_ns=1, payload=b"123")
        await vad.restore(known)
        async with Rehearsal(vad) as stage:
            await stage.send(played)
            await settled()
            assert microphone.told == [known, played]
            [told] = [sent for sent in stage.sent if isinstance(sent.message, Echo)]
            assert told.message == Echo(state="guarded", lag_ms=80)
            assert told.t0 >= SECOND

    asyncio.run(scene())


def test_only_a_device_is_told_what_is_played() -> None:
    assert PlayedEnvelope in Vad.inputs_with("device")
    assert not [engine for engine in ("web", "file", "fake") if PlayedEnvelope in Vad.inputs_with(engine)]

    async def scene() -> None:
        async with Rehearsal(Vad(FakeMicrophone(FakeSettings()), VadSettings(), FakeDetector())) as stage:
            await stage.send(PlayedEnvelope(at_ns=1))

    asyncio.run(scene())


def test_a_vad_that_is_given_another_source_begins_it_anew() -> None:
    async def scene() -> list[SoundBegan]:
        vad = Vad(FakeMicrophone(FakeSettings(script=SCRIPT)), VadSettings(), FakeDetector())
        await vad.restore(SoundBegan(at_ns=1, source="SoundFile other.wav"))
        async with Rehearsal(vad) as stage:
            await settled()
        return stage.of(SoundBegan)

    (began,) = asyncio.run(scene())
    assert began.source == "FakeMicrophone"
    assert began.at_ns > 1
