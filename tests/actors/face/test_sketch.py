"""Scenes of the sketch renderer with its real pack: crops of the right size, at rest like the idle clip."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from actors.face.engine import Mouth
from actors.face.sketch import Sketch, SketchSettings
from actors.portrait.pack import read_bare
from actors.portrait.pose import REST
from bus.errors import Broken
from bus.messages.voice import Phoneme
from tests.actors.face.test_reply import voiced


def play(cache: Path, sound: np.ndarray[tuple[int], np.dtype[np.int16]], phonemes: list[Phoneme]) -> list[Mouth]:
    async def scene() -> list[Mouth]:
        sketch = Sketch(SketchSettings(cache=str(cache)))
        await sketch.load()
        sketch.begin()
        mouths = await sketch.hear(sound, phonemes) + await sketch.finish()
        await sketch.close()
        await sketch.close()
        return mouths

    return asyncio.run(scene())


def test_speech_becomes_pictures_that_open_and_end_at_rest(drawn_folder: Path) -> None:
    mouths = play(drawn_folder.parent, voiced(24_000), [Phoneme("a", 2000)])
    assert [mouth.index for mouth in mouths] == list(range(len(mouths)))
    assert all(mouth.crop.shape == (256, 256, 3) and mouth.clip_frame == -1 for mouth in mouths)
    lips = [int(mouth.crop[112:124, 120:136].mean()) for mouth in mouths]
    assert min(lips) < lips[-1] - 40, "the open mouth is dark inside"


def test_silence_is_the_mouth_at_rest(drawn_folder: Path) -> None:
    mouths = play(drawn_folder.parent, np.zeros(9600, np.int16), [])
    assert len(mouths) == 5
    assert all((mouth.crop == mouths[0].crop).all() for mouth in mouths)


def test_the_upper_part_of_every_crop_is_the_skin_of_the_clip(drawn_folder: Path) -> None:
    skin = read_bare(drawn_folder)
    for mouth in play(drawn_folder.parent, voiced(24_000), [Phoneme("uː", 2000), Phoneme("a", 12_000)]):
        assert (mouth.crop[:70] == skin[:70]).all()


def test_it_says_so_when_it_was_not_loaded() -> None:
    async def scene() -> None:
        with pytest.raises(Broken, match="before it was loaded"):
            await Sketch(SketchSettings()).hear(voiced(9600), [])

    asyncio.run(scene())


def test_at_rest_the_crop_is_drawn_once(drawn_folder: Path) -> None:
    from actors.face.sketch import Pen

    pen = Pen(read_bare(drawn_folder))
    assert pen.draw(REST) is pen.draw(REST)
