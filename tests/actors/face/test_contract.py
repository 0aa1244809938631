"""Contract of face, kept by the fake, the sketch, and MuseTalk with tiny networks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from actors.face.actor import Face
from actors.face.engine import FaceRenderer
from actors.face.fake import FakeRenderer
from actors.face.musetalk.renderer import MuseTalk, MuseTalkSettings
from actors.face.sketch import Sketch, SketchSettings
from bus.errors import AvatarError, Stuck
from bus.off_loop import OffLoop
from tests.actors.face.contract import SCENES, speak, voice

WITHOUT_MODEL = {"fake": "it draws one colour: nothing that could fail or hang"}
CANNOT_HANG = WITHOUT_MODEL | {"sketch": "it only reckons, and no longer than a few ms: it waits for no device"}
those_with_a_model = pytest.mark.parametrize("make", [e for e in Face.engines if e not in WITHOUT_MODEL], indirect=True)
those_that_can_hang = pytest.mark.parametrize("make", [e for e in Face.engines if e not in CANNOT_HANG], indirect=True)
Scene = Callable[[FaceRenderer], Awaitable[None]]


@pytest.fixture(scope="module", params=tuple(Face.engines))
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], FaceRenderer]:
    if request.param == "fake":
        return FakeRenderer
    if request.param == "sketch":
        drawn: Path = request.getfixturevalue("drawn_folder")
        return lambda: Sketch(SketchSettings(cache=str(drawn.parent)))
    assert request.param == "musetalk", "here a new engine is made for the contract"
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


@those_with_a_model
def test_a_failure_is_not_swallowed_and_whoever_comes_next_goes_on_behind_what_was_drawn(
    loaded: FaceRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the model failed")

    async def scene() -> None:
        loaded.begin()
        with monkeypatch.context() as broken:
            broken.setattr(door(loaded), "run", fail)
            with pytest.raises(RuntimeError, match="the model failed"):
                await loaded.hear(voice(9), ())
                await loaded.finish()
        indices = [mouth.index for mouth in await speak(loaded, voice(3), first=6)]
        assert indices == list(range(6, 6 + len(indices)))

    asyncio.run(scene())


@those_with_a_model
def test_an_engine_that_hangs_is_left_at_once_and_the_loop_goes_on(loaded: FaceRenderer) -> None:
    lives = threading.Event()

    async def scene() -> None:
        stuck = asyncio.ensure_future(door(loaded).run(lives.wait))
        loaded.begin()
        call = asyncio.ensure_future(loaded.hear(voice(9), ()))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not call.done()
        call.cancel()
        await asyncio.wait([call])
        assert not stuck.done()
        lives.set()
        indices = [mouth.index for mouth in await speak(loaded, voice(4))]
        assert indices == list(range(len(indices)))
        assert len(indices) >= 4

    asyncio.run(scene())


@those_that_can_hang
def test_a_model_that_never_comes_back_ends_the_process(loaded: FaceRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    lives = threading.Event()

    async def scene() -> None:
        monkeypatch.setattr(loaded, "_settings", msgspec.structs.replace(vars(loaded)["_settings"], most_s=0.1))
        stuck = asyncio.ensure_future(door(loaded).run(lives.wait))
        try:
            with pytest.raises(Stuck) as error:
                await asyncio.wait_for(speak(loaded, voice(9)), 20)
            assert error.value.restart_helps
        finally:
            lives.set()
            await stuck

    asyncio.run(scene())


def door(engine: FaceRenderer) -> OffLoop:
    """Through which an engine calls its model."""
    off_loop = getattr(engine, "_off_loop", None)
    assert isinstance(off_loop, OffLoop)
    return off_loop
