"""Scenes of the artist: what is drawn of a reply that begins in its middle, or has a hole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import numpy as np

from actors.face.artist import PATIENCE, Artist, Out
from actors.face.engine import Mouth
from actors.face.fake import FakeRenderer
from actors.reply_voice import Passed
from bus.emit import Emit
from bus.envelope import Header
from bus.messages import FaceHealth, FacePlace, MouthFrame, Phoneme
from bus.rehearsal import Prompter

Scene = Callable[["Easel"], Coroutine[None, None, None]]


class Easel:
    """An artist, and what came of it."""

    def __init__(self, renderer: FakeRenderer) -> None:
        self.renderer = renderer
        self.artist = Artist(renderer)
        self.outlet = Prompter()

    async def draw(self, position: int, samples: int, *phonemes: Phoneme, turn: int = 1, over: bool = False) -> None:
        cause = Header(v=1, id=1, source="tts", epoch=1, seq=1, t0=0, t=0, host="here", turn=turn, gen=1)
        emit: Out = Emit[MouthFrame | FacePlace | FaceHealth](self.outlet, cause)
        pcm = np.full(samples, 12_000, "<i2").tobytes()
        await self.artist.draw(Passed(emit, position, pcm, phonemes, over=over))

    @property
    def frames(self) -> list[tuple[int, bool]]:
        return [(s.message.index, s.message.last) for s in self.outlet.sent if isinstance(s.message, MouthFrame)]


def play(scene: Scene, renderer: FakeRenderer | None = None) -> None:
    async def run() -> None:
        easel = Easel(renderer or FakeRenderer())
        try:
            await scene(easel)
        finally:
            easel.artist.close()

    asyncio.run(run())


def test_after_a_restart_it_goes_on_at_the_frame_of_the_sound() -> None:
    async def scene(easel: Easel) -> None:
        await easel.draw(10 * 1920 + 500, 1420, over=True)
        assert easel.frames == [(10, False), (11, True)]
        assert easel.renderer.begun == [10]
        assert easel.artist.gaps == 0

    play(scene)


def test_missing_sound_is_counted_and_the_time_kept() -> None:
    async def scene(easel: Easel) -> None:
        for position in (0, 1920 * 5, 1920 * 6):
            await easel.draw(position, 1920)
        assert [index for index, _ in easel.frames] == [0, 5, 6]
        assert easel.artist.gaps == 1

    play(scene)


def test_the_end_of_a_reply_that_was_all_drawn_before_a_restart_is_still_marked() -> None:
    async def scene(easel: Easel) -> None:
        await easel.draw(1920 * 8, 0, over=True)
        assert easel.frames == [(8, True)]

    play(scene)


def test_a_long_piece_is_handed_on_step_by_step_with_its_phonemes() -> None:
    async def scene(easel: Easel) -> None:
        phonemes = tuple(Phoneme("a", at) for at in range(0, 40_000, 3000))
        await easel.draw(0, 40_000, *phonemes)
        assert easel.renderer.phonemes == list(phonemes)
        assert [index for index, _ in easel.frames] == list(range(20))

    play(scene)


def test_sound_counts_as_drawn_when_its_last_frame_was_sent() -> None:
    async def scene(easel: Easel) -> None:
        await easel.draw(0, 4_000)
        assert easel.artist.drawn == 2 * 1920
        await easel.draw(0, 100, turn=2)
        assert easel.artist.drawn == 0

    play(scene)


def test_a_renderer_that_gives_nothing_does_not_hold_up_the_voice() -> None:
    class Blind(FakeRenderer):
        async def hear(self, pcm: object, phonemes: object) -> list[Mouth]:
            return []

    async def scene(easel: Easel) -> None:
        await easel.draw(0, PATIENCE + 700)
        assert easel.artist.drawn == 700

    play(scene, Blind())


def test_at_the_end_of_a_reply_it_tells_how_fast_the_pictures_came() -> None:
    async def scene(easel: Easel) -> None:
        await easel.draw(0, 4_000)
        await easel.draw(4_000, 1_000, over=True)
        (health,) = [s.message for s in easel.outlet.sent if isinstance(s.message, FaceHealth)]
        assert (health.drawn, health.left_out) == (4, 0)
        assert health.fps > 0
        assert health.batch_ms >= 0

    play(scene)
