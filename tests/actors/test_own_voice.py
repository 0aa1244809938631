"""Scenes of the avatar's own voice in a room: mic-out plays, vad's device hears it, and the turn-manager holds its voice or not."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import cache

import msgspec
import numpy as np
import pytest

from actors import sound_line
from actors.mic_out.actor import MicOut
from actors.mic_out.fake import FakeSpeaker, FakeSpeakerSettings
from actors.vad import device as microphone_module
from actors.vad.actor import Vad
from actors.vad.engine import RATE_HZ, Sound
from bus.clock import MS, SECOND, now_ns
from bus.messages import PlayedEnvelope, SoundSlice, SpeechEdge
from bus.rehearsal import Rehearsal
from tests.actors.mic_out.contract import until
from tests.actors.pretended_portaudio import PortAudio, device
from tests.actors.turn_manager.stage import Stage
from tests.actors.vad.room import BEGIN_NS, SILENCE_S, Room, line, windows

SLICE = 960
BEGIN_MS = BEGIN_NS // MS
AGO_NS = 52 * MS
"""So long after its capture a window comes from the device."""


@cache
def told_by_mic_out() -> list[PlayedEnvelope]:
    """What mic-out tells of a whole reply, while it plays it."""

    async def scene() -> list[PlayedEnvelope]:
        speaker = FakeSpeaker(FakeSpeakerSettings(audible_in_room=True))
        speaker.now_ns = BEGIN_NS
        pcm = np.round(line() * 32_767).astype("<i2")
        async with Rehearsal(MicOut(speaker)) as call:
            await until(lambda: speaker.is_playing)
            for at in range(0, pcm.size, SLICE):
                sound, last = pcm[at : at + SLICE].tobytes(), at + SLICE >= pcm.size
                await call.send(SoundSlice(position=at, at_ns=BEGIN_NS, last=last, payload=sound))
                speaker.listen(20)
                for _ in range(4):
                    await asyncio.sleep(0)
            return call.of(PlayedEnvelope)

    return asyncio.run(scene())


async def edges(
    heard: list[Sound], told: deque[PlayedEnvelope], library: PortAudio, clock: list[int], *, echo_guard: bool
) -> list[SpeechEdge]:
    """What vad tells of a room, in the room's time. `clock` is what the device takes for now."""
    later_ns = clock[0] - BEGIN_NS
    actor = Vad.build("device", {"device": "Microphone", "echo_guard": echo_guard})
    async with Rehearsal(actor) as call:
        await until(lambda: library.streams)
        for sound in heard:
            clock[0] = sound.at_ns + later_ns + AGO_NS
            while told and told[0].at_ns + later_ns < clock[0]:
                envelope = told.popleft()
                await call.send(msgspec.structs.replace(envelope, at_ns=envelope.at_ns + later_ns))
            library.streams[0].record(sound.pcm, ago_s=AGO_NS / SECOND)
            for _ in range(8):
                await asyncio.sleep(0)
        return [msgspec.structs.replace(e, at_ns=e.at_ns - later_ns) for e in call.of(SpeechEdge)]


def done(room: Room, monkeypatch: pytest.MonkeyPatch, *, echo_guard: bool = True) -> list[str]:
    """What the turn-manager does while it speaks, and the room is heard."""
    library, clock = PortAudio([device("Microphone", out=0, into=1)]), [now_ns() + 10 * SECOND]
    monkeypatch.setattr(sound_line, "portaudio", lambda: library)
    monkeypatch.setattr(microphone_module, "now_ns", lambda: clock[0])
    sounds, told = list(windows(room.microphone())), deque(told_by_mic_out())
    heard = asyncio.run(asyncio.wait_for(edges(sounds, told, library, clock, echo_guard=echo_guard), 60))
    stage = Stage()
    stage.now_ms = BEGIN_MS
    for said in ("ask tell me a story", "words 0 Once@0-300 upon@300-500", "played started 0", "played playing 300"):
        stage.take(said)
    acts: list[str] = []
    for edge in heard:
        stage.now_ms = edge.at_ns / MS + 100
        acts += stage.take(f"vad {edge.kind} {edge.at_ns // MS}")
    return acts


def test_the_avatar_that_hears_itself_over_a_loudspeaker_speaks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert done(Room(), monkeypatch) == []


def test_without_the_guard_it_would_interrupt_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    acts = done(Room(), monkeypatch, echo_guard=False)
    assert acts[0].startswith("pause")
    assert int(acts[0].split()[1]) < BEGIN_MS + (SILENCE_S + 1) * 1_000


def test_somebody_who_speaks_over_it_holds_its_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(person_at_s=4.0)
    loud = np.abs(room.person(10**6))
    said_ms = BEGIN_MS + int(np.argmax(loud > 0.2 * loud.max())) * 1_000 / RATE_HZ
    acts = done(room, monkeypatch)
    assert [act.split()[0] for act in acts[:2]] == ["pause", "state"]
    assert abs(int(acts[0].split()[1]) - said_ms) < 300
