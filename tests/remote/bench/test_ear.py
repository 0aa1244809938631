"""Scenes of the ear's figures."""

from __future__ import annotations

import asyncio

from actors.turn_manager.fake import FakeEndOfTurn, FakeSettings
from remote.bench.ear import SOUND, ear_figures, judgements


def test_each_judgement_hears_eight_seconds() -> None:
    engine = FakeEndOfTurn(FakeSettings(hears=0.5))
    assert len(asyncio.run(judgements(engine, 3))) == 3
    assert [pcm.size for pcm in engine.heard] == [SOUND.size] * 3 == [128_000] * 3


def test_the_median_has_a_target_and_the_worst_is_told() -> None:
    figures = ear_figures([30.0, 35.0, 90.0])
    assert [(f.value, f.verdict) for f in figures] == [(35.0, "ok"), (90.0, "")]
    assert ear_figures([41.0])[0].verdict == "miss"
