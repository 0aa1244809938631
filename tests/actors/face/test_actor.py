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
from bus.messages import MouthFrame, Phoneme, SentenceEnd, VoiceAudio, VoiceDone
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


def test_after_a_restart_it_goes_on_at_the_frame_of_the_sound() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(voice(10 * 1920 + 500, 1420), *over(11 * 1920))
        assert indices(rehearsal) == [10, 11]
        assert fake.begun == [10]
        assert face.artist.gaps == 0

    play(scene)


def test_missing_sound_is_counted_and_the_time_kept() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(voice(0, 1920), voice(1920 * 5, 1920), voice(1920 * 6, 1920))
        assert indices(rehearsal) == [0, 5, 6]
        assert face.artist.gaps == 1

    play(scene)


def test_the_end_of_a_reply_that_was_all_drawn_before_a_restart_is_still_marked() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        await rehearsal.send(*over(1920 * 8))
        assert [(frame.index, frame.last) for frame in rehearsal.of(MouthFrame)] == [(8, True)]

    play(scene)


def test_a_long_piece_is_handed_on_step_by_step_with_its_phonemes() -> None:
    async def scene(rehearsal: Rehearsal, fake: FakeRenderer, face: Face) -> None:
        phonemes = tuple(Phoneme("a", at) for at in range(0, 40_000, 3000))
        await rehearsal.send(voice(0, 40_000, *phonemes))
        assert fake.phonemes == list(phonemes)
        assert indices(rehearsal) == list(range(20))

    play(scene)


@pytest.mark.parametrize("engine", ["sketch", "fake"])
def test_every_engine_can_be_built_from_a_plan(engine: str) -> None:
    assert isinstance(Face.build(engine, {}), Face)


def test_importing_the_shell_and_its_engines_loads_no_picture_library() -> None:
    code = "import sys, actors.face.actor, actors.face.sketch, actors.face.fake; print('cv2' in sys.modules, 'resvg_py' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
