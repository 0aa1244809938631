"""Scenes of the face actor: each reply from its first sample, every frame once, the last one marked."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine

import numpy as np
import pytest

from actors.face.actor import Face
from actors.face.fake import FakeRenderer
from bus.messages import FacePlace, MouthFrame, Phoneme, Place, SentenceEnd, VoiceAudio, VoiceDone
from bus.rehearsal import Rehearsal

Scene = Callable[[Rehearsal, FakeRenderer, Face], Coroutine[None, None, None]]


def play(scene: Scene) -> None:
    async def run() -> None:
        fake = FakeRenderer()
        face = Face(fake)
        async with Rehearsal(face) as rehearsal:
            await scene(rehearsal, fake, face)

    asyncio.run(run())


def voice(position: int, samples: int, *phonemes: Phoneme) -> VoiceAudio:
    sound = np.full(samples, 12_000, np.int16).tobytes()
    return VoiceAudio(sentence=0, position=position, phonemes=phonemes, payload=sound)


def over(samples: int, sentence: int = 0) -> tuple[SentenceEnd, VoiceDone]:
    return SentenceEnd(sentence=sentence, samples=samples), VoiceDone(sentences=sentence + 1)


def indices(rehearsal: Rehearsal) -> list[int]:
    return [frame.index for frame in rehearsal.of(MouthFrame)]


def test_a_reply_becomes_frames_and_the_last_one_says_so() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(voice(0, 3000), voice(3000, 3000), *over(6000))
        frames = rehearsal.of(MouthFrame)
        assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
        assert [frame.last for frame in frames] == [False, False, False, False, True]
        assert all(frame.payload.startswith(b"\xff\xd8") for frame in frames)
        assert fake.begun == [0]

    play(scene)


def test_frames_carry_the_turn_and_generation_of_the_voice() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(voice(0, 1920), turn=4, gen=9)
        assert [(sent.turn, sent.gen) for sent in rehearsal.sent] == [(4, 9)]

    play(scene)


def test_a_new_generation_starts_at_frame_0() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(voice(0, 5000), gen=1)
        rehearsal.take()
        await rehearsal.send(voice(0, 1920), gen=2)
        assert indices(rehearsal) == [0]
        assert fake.begun == [0, 0]

    play(scene)


def test_sound_that_comes_twice_is_heard_once() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(voice(0, 3840), voice(0, 3840), voice(1920, 3840), *over(5760))
        assert indices(rehearsal) == [0, 1, 2, 3]
        assert face.artist.gaps == 0

    play(scene)


def test_a_successor_goes_on_in_the_sentence_that_it_was_told() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await face.restore(FacePlace(place=Place(turn=1, gen=1, sentence=2, position=18_000, pause=1_200)))
        again = SentenceEnd(sentence=1, samples=9_000)
        await rehearsal.send(again, VoiceAudio(sentence=2, position=0, payload=bytes(3_840)))
        assert fake.begun == [9]
        assert indices(rehearsal) == [9, 10]

    play(scene)


def test_sound_is_finished_when_it_is_drawn_and_a_sentence_when_its_place_was_told() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(voice(0, 3_000), voice(3_000, 2_000), SentenceEnd(sentence=0, samples=5_000))
        assert [face.unit.holds(number) for number in (1, 2, 3)] == [False, True, True]
        assert rehearsal.of(FacePlace) == []
        await rehearsal.send(VoiceAudio(sentence=1, position=0, payload=bytes(3_840)))
        assert [face.unit.holds(number) for number in (1, 2, 3, 4)] == [False, False, False, True]
        assert rehearsal.of(FacePlace) == [FacePlace(place=Place(turn=1, gen=1, sentence=1, position=5_000))]

    play(scene)


def test_a_lost_sentence_is_passed_over_when_the_alarm_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(VoiceAudio(sentence=1, position=0, payload=bytes(3_840)))
        assert indices(rehearsal) == []
        assert face.alarm.at_ns is not None
        monkeypatch.setattr("actors.face.actor.now_ns", lambda at=face.alarm.at_ns: at)
        await rehearsal.ring()
        assert indices(rehearsal) == [0]

    play(scene)


@pytest.mark.parametrize("engine", ["sketch", "musetalk", "fake"])
def test_every_engine_can_be_built_from_a_plan(engine: str) -> None:
    assert isinstance(Face.build(engine, {}), Face)


def test_importing_the_shell_and_its_engines_loads_no_picture_library() -> None:
    engines = "actors.face.actor, actors.face.sketch, actors.face.musetalk.renderer"
    code = f"import sys, {engines}; print(*set(['cv2', 'resvg_py', 'torch']) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
