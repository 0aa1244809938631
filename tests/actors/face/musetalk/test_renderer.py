"""Scenes of MuseTalk with a pretended network, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from actors.face.engine import Mouth
from actors.face.musetalk import renderer as module
from actors.face.musetalk.pace import FRAME_NS, Pace
from actors.face.musetalk.renderer import LEAD_FRAMES, MuseTalk, MuseTalkSettings, Parts
from actors.gpu import Gpu
from bus.clock import MS
from bus.errors import Broken, Wrong
from tests.actors.face.musetalk.pretended import REST, Pretended, likeness

FRAME = 1_920
Pcm = np.ndarray[Any, np.dtype[np.int16]]
FAST = {1: 10 * MS, 4: 20 * MS, 8: 30 * MS}


def speech(frames: float) -> Pcm:
    return np.tile(np.array([8_000, -8_000], np.int16).repeat(48), 100 * 20)[: round(frames * FRAME)]


def silence(frames: float) -> Pcm:
    return np.zeros(round(frames * FRAME), np.int16)


class Studio:
    """A renderer whose network is pretended and whose clock stands, unless a batch takes `cost_ns`."""

    def __init__(self, fits_any: bool = False, cost_ns: int = 0, **settings: Any) -> None:
        self.now_ns = 1_000 * FRAME_NS
        self.network = Pretended()
        self.renderer = MuseTalk(MuseTalkSettings(pack="x", **settings), clock=lambda: self.now_ns)
        costs = {1: cost_ns, 4: 4 * cost_ns, 8: 8 * cost_ns} if cost_ns else FAST
        shown = likeness(1 if fits_any else 4, fits_any)
        pace = Pace(costs, self.renderer._settings.late_ms)
        self.renderer._parts = Parts(self.network.as_network(), shown, pace)
        if cost_ns:
            self.network.on_think = lambda: self.pass_time(cost_ns)
        self.renderer.begin()

    def pass_time(self, ns: int) -> None:
        self.now_ns += ns

    def play(self, *pieces: Pcm) -> list[Mouth]:
        async def scene() -> list[Mouth]:
            mouths = [mouth for piece in pieces for mouth in await self.renderer.hear(piece, [])]
            return mouths + await self.renderer.finish()

        return run(scene())


def run(scene: Coroutine[None, None, list[Mouth]]) -> list[Mouth]:
    return asyncio.run(scene)


def drawn(mouths: list[Mouth]) -> list[int]:
    return [mouth.index for mouth in mouths if int(mouth.crop[0, 0, 0]) < REST]


def test_every_picture_comes_once_in_order_and_ends_at_rest() -> None:
    mouths = Studio().play(speech(10))
    assert [mouth.index for mouth in mouths] == list(range(13))
    assert drawn(mouths) == list(range(12))
    assert int(mouths[-1].crop[0, 0, 0]) >= REST


def test_silence_is_the_idle_mouth_itself_and_costs_no_network() -> None:
    studio = Studio()
    mouths = studio.play(silence(10))
    assert len(mouths) == 11
    assert all(int(mouth.crop[0, 0, 0]) >= REST for mouth in mouths)
    assert studio.network.heard == 0


def test_no_sound_at_all_is_one_picture_at_rest() -> None:
    (mouth,) = Studio().play()
    assert mouth.index == 0
    assert int(mouth.crop[0, 0, 0]) >= REST


def test_between_silence_and_speech_the_mouths_are_mixed() -> None:
    mouths = Studio().play(silence(5), speech(5), silence(10))
    light = [int(mouth.crop[0, 0, 0]) for mouth in mouths]
    assert light[2] >= REST
    assert REST > light[3] > light[4], "coming in before the sound"
    assert light[14] < REST <= light[15], "and leaving behind it"


@pytest.mark.parametrize("piece", [480, 1_921, 5_760, 100_000])
def test_the_cut_of_the_sound_into_pieces_is_not_seen(piece: int) -> None:
    pcm = np.concatenate((silence(3), speech(9), silence(6), speech(4)))
    whole = Studio().play(pcm)
    pieces = Studio().play(*[pcm[start : start + piece] for start in range(0, pcm.size, piece)])
    assert len(whole) == len(pieces) == 25
    for one, other in zip(whole, pieces, strict=True):
        assert (one.index, one.clip_frame) == (other.index, other.clip_frame)
        assert np.array_equal(one.crop, other.crop)


def test_a_window_reaches_back_over_the_end_of_a_sentence() -> None:
    studio, alone = Studio(), Studio()
    mouths = studio.play(speech(8), silence(1), speech(8))
    afresh = alone.play(speech(8))
    assert int(mouths[9].crop[0, 0, 0]) != int(afresh[0].crop[0, 0, 0])


def test_batches_have_fixed_sizes_and_the_first_is_small() -> None:
    studio = Studio()
    studio.play(*[speech(1) for _ in range(30)])
    assert studio.network.batches[0] == 4
    assert set(studio.network.batches) <= {1, 4, 8}
    assert 8 in studio.network.batches


def test_pictures_lie_on_the_frames_of_the_idle_clip_that_will_be_seen_then() -> None:
    mouths = Studio().play(speech(6))
    assert [mouth.clip_frame for mouth in mouths] == [(1_000 + LEAD_FRAMES + index) % 4 for index in range(9)]
    assert {mouth.clip_frame for mouth in Studio(fits_any=True).play(speech(6))} == {-1}


def test_a_reply_that_goes_on_counts_from_its_frame() -> None:
    studio = Studio()
    studio.renderer.begin(40)
    assert [mouth.index for mouth in studio.play(speech(3))] == list(range(40, 46))


def test_a_slow_network_leaves_pictures_out_and_is_never_late() -> None:
    studio = Studio(cost_ns=90 * MS)
    late: list[int] = []
    begun_ns = studio.now_ns
    for mouth in studio.play(*[speech(3) for _ in range(20)]):
        allowed_ns = begun_ns + mouth.index * FRAME_NS + 140 * MS
        late += [mouth.index] if studio.now_ns > allowed_ns + 60 * FRAME_NS else []
    assert late == []
    assert studio.renderer.left_out > 30
    assert set(studio.network.batches) == {1}
    assert len(studio.network.batches) + studio.renderer.left_out == 62


def test_a_barge_in_ends_the_work_between_two_steps_and_the_next_reply_starts_clean() -> None:
    studio = Studio()
    studio.network.on_think = studio.renderer.begin

    async def scene() -> list[Mouth]:
        assert await studio.renderer.hear(speech(12), []) == [], "what was cut is not shown"
        studio.network.on_think = lambda: None
        studio.renderer.begin()
        return [*await studio.renderer.hear(speech(8), []), *await studio.renderer.finish()]

    assert [mouth.index for mouth in run(scene())] == list(range(11))


def test_a_cancelled_call_leaves_nothing_behind() -> None:
    studio = Studio()

    async def scene() -> list[Mouth]:
        call = asyncio.create_task(studio.renderer.hear(speech(30), []))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
        studio.renderer.begin()
        return await studio.renderer.finish()

    assert [mouth.index for mouth in run(scene())] == [0]


def test_it_says_so_when_it_was_not_loaded_and_when_no_pack_is_named(tmp_path: Path) -> None:
    async def scene() -> list[Mouth]:
        with pytest.raises(Wrong, match="no face pack is named"):
            await MuseTalk(MuseTalkSettings()).load()
        with pytest.raises(Broken, match="before it was loaded"):
            await MuseTalk(MuseTalkSettings()).hear(speech(1), [])
        return []

    run(scene())


def test_a_first_batch_that_is_larger_than_the_others_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="larger than batch"):
        msgspec.convert({"first_batch": 9}, MuseTalkSettings)


def test_whether_it_can_run_here_is_known_without_loading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = MuseTalkSettings(pack="x", models="y")
    monkeypatch.setattr(module, "gpus", lambda: (Gpu("RTX", 24_000, 20_000),))
    monkeypatch.setattr(module, "lacks", lambda package, extra: None)
    monkeypatch.setattr(module, "find_models", lambda folder: folder)
    assert MuseTalk.ready(whole).why == "RTX"
    assert "no face pack" in MuseTalk.ready(MuseTalkSettings()).why
    monkeypatch.setattr(module, "gpus", tuple)
    assert (MuseTalk.ready(whole).ok, MuseTalk.ready(whole).slow) == (False, True)
    assert not MuseTalk.ready(msgspec.structs.replace(whole, device="cuda")).slow
    assert MuseTalk.ready(msgspec.structs.replace(whole, device="cpu")).ok
    monkeypatch.undo()
    monkeypatch.setattr(module, "lacks", lambda package, extra: None)
    assert "unet.pth" in MuseTalk.ready(MuseTalkSettings(pack="x", models=str(tmp_path))).why
