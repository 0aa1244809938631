"""Scenes of the fake renderer."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from actors.face.fake import FakeRenderer


@pytest.mark.parametrize(("samples", "frames"), [(0, 1), (1, 2), (1920, 2), (1921, 3), (19_200, 11)])
def test_it_gives_a_frame_for_each_40_ms_and_one_at_rest(samples: int, frames: int) -> None:
    async def scene() -> None:
        fake = FakeRenderer()
        await fake.load()
        fake.begin(7)
        mouths = await fake.hear(np.full(samples, 20_000, np.int16), []) + await fake.finish()
        assert [mouth.index for mouth in mouths] == list(range(7, 7 + frames))
        assert mouths[-1].crop.max() == 0
        assert all(mouth.crop.max() > 100 for mouth in mouths[:-1])

    asyncio.run(scene())
