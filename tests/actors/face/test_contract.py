"""Contract of face, kept by the fake, the sketch, and MuseTalk with tiny networks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from actors.face.engine import FaceRenderer
from actors.face.fake import FakeRenderer
from actors.face.musetalk.renderer import MuseTalk, MuseTalkSettings
from actors.face.sketch import Sketch, SketchSettings
from bus.errors import AvatarError
from tests.actors.face.contract import SCENES, speak, voice

Scene = Callable[[FaceRenderer], Awaitable[None]]


@pytest.fixture(scope="module", params=["fake", "sketch", "musetalk"])
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], FaceRenderer]:
    if request.param == "fake":
        return FakeRenderer
    if request.param == "sketch":
        drawn: Path = request.getfixturevalue("drawn_folder")
        return lambda: Sketch(SketchSettings(cache=str(drawn.parent)))
    models, pack = request.getfixturevalue("tiny_models"), request.getfixturevalue("filmed_folder")
    cache = tmp_path_factory.mktemp("latents")
    settings = MuseTalkSettings(
        pack=str(pack), models=str(models), device="cpu", batch=4, first_batch=2, cache=str(cache)
    )
    # This machine may be busy with anything: where time stands still, nothing is late.
    return lambda: MuseTalk(settings, clock=lambda: 0)


@pytest.fixture(scope="module")
def loaded(make: Callable[[], FaceRenderer]) -> FaceRenderer:
    engine = make()
    asyncio.run(engine.load())
    return engine


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_engine_keeps_the_contract(loaded: FaceRenderer, scene: Scene) -> None:
    async def play() -> None:
        await scene(loaded)

    asyncio.run(play())


def test_an_engine_may_be_closed_twice_and_also_where_it_was_never_loaded(make: Callable[[], FaceRenderer]) -> None:
    async def scene() -> None:
        engine = make()
        await engine.close()
        await engine.close()

    asyncio.run(scene())


def test_an_engine_that_was_not_loaded_says_so(make: Callable[[], FaceRenderer]) -> None:
    async def scene() -> None:
        engine = make()
        if not isinstance(engine, FakeRenderer):
            with pytest.raises(AvatarError, match="before it was loaded"):
                await speak(engine, voice(10))

    asyncio.run(scene())
