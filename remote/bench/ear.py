"""Figures of the ear: how long smart-turn takes to judge by sound whether somebody has finished."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np

from actors.turn_manager.engine import EndOfTurn
from actors.turn_manager.smart_turn import SmartTurn, SmartTurnSettings
from bus.clock import MS, now_ns
from remote.bench.figures import Figure, Tell, median, quantile, spread

DECISION_MS = 40.0
SOUND = np.random.default_rng(0).normal(scale=2_000, size=8 * 16_000).astype(np.int16)
"""As much as it ever hears; what it is does not matter to the time."""


def measure_ear(tell: Tell, *, count: int) -> Iterator[list[Figure]]:
    """Judges so many sounds, one after the other, on one core. Raises Fatal without the extra."""
    tell(f"judging {count} turns by ear")
    yield ear_figures(asyncio.run(judgements(SmartTurn(SmartTurnSettings(judge_within_ms=1_000)), count)))


async def judgements(engine: EndOfTurn, count: int) -> list[float]:
    """How long each took, in ms, from the sound to the answer."""
    await engine.load()
    took = []
    for _ in range(count):
        began_ns = now_ns()
        await engine.listen(SOUND)
        took.append((now_ns() - began_ns) / MS)
    await engine.close()
    return took


def ear_figures(took_ms: list[float]) -> list[Figure]:
    """The usual one and a bad one."""
    return [
        Figure(
            part="ear",
            name="turn judged by ear, median",
            value=round(median(took_ms), 1),
            unit="ms",
            at_most=DECISION_MS,
            note=spread(took_ms, "ms"),
        ),
        Figure(part="ear", name="turn judged by ear, p95", value=round(quantile(took_ms, 0.95), 1), unit="ms"),
    ]
