"""Turns of a call as the truth has them: how long each answer took to begin, and where that time went. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bus.clock import MS
from bus.link import Delivery
from bus.messages import Played, UserSaid
from bus.messages.stage import TurnTimeline
from remote.bench.figures import Figure, median, quantile, spread
from remote.bench.truth import TrueTurn

NEAR_NS = 1_500 * MS
"""What vad took for the end of speech is no further from the true end."""
OVERHEAD_MS = 60.0


class AnsweredTurn(msgspec.Struct, frozen=True):
    """A turn of the person and the first sound of its answer. Milliseconds."""

    total_ms: float
    """From the true end of the speech to the first sound."""
    wait_ms: float
    """The plan's end-of-turn wait."""
    engines: dict[str, float]
    """Each engine's own time."""
    stages: dict[str, float]
    """All other time, by the actor in which (or on the way to which) it passed."""
    vad_error_ms: float
    """How much later than the truth vad put the end of the speech."""

    @property
    def engine_ms(self) -> float:
        """All engines."""
        return sum(self.engines.values())

    @property
    def overhead_ms(self) -> float:
        """What is neither an engine's own time nor the wait; vad's error counts."""
        return self.total_ms - self.wait_ms - self.engine_ms


def answered_turns(deliveries: Sequence[Delivery], truth: Sequence[TrueTurn]) -> list[AnsweredTurn]:
    """Every true turn that was answered."""
    said = {d.header.turn: d.message for d in deliveries if isinstance(d.message, UserSaid)}
    heard = [
        (d.header.turn, d.message.at_ns)
        for d in deliveries
        if isinstance(d.message, Played) and d.message.event == "started"
    ]
    timelines = {d.message.turn: d.message for d in deliveries if isinstance(d.message, TurnTimeline)}
    found = []
    for true in truth:
        turn = min(said, key=lambda t: abs(said[t].ended_ns - true.end_ns), default=None)
        if turn is None or abs(said[turn].ended_ns - true.end_ns) > NEAR_NS or turn not in timelines:
            continue
        # A sound before the end of the speech was no answer to it: the avatar spoke over the person.
        answered_ns = min((at_ns for t, at_ns in heard if t == turn and at_ns >= true.end_ns), default=None)
        if answered_ns is not None:
            found.append(_answered(true, said[turn], timelines[turn], answered_ns))
    return found


def _answered(true: TrueTurn, said: UserSaid, timeline: TurnTimeline, heard_ns: int) -> AnsweredTurn:
    engines: dict[str, float] = {}
    stages: dict[str, float] = {}
    for stage in timeline.stages:
        group = engines if stage.kind == "engine" else stages
        if stage.kind != "wait":
            group[stage.actor] = group.get(stage.actor, 0.0) + stage.ms
    return AnsweredTurn(
        total_ms=(heard_ns - true.end_ns) / MS,
        wait_ms=timeline.wait_ms,
        engines=engines,
        stages=stages,
        vad_error_ms=(said.ended_ns - true.end_ns) / MS,
    )


def turn_figures(turns: Sequence[AnsweredTurn], expected: int) -> list[Figure]:
    """The figures of all turns of all calls."""
    totals = [t.total_ms for t in turns]
    engines = [t.engine_ms for t in turns]
    overheads = [t.overhead_ms for t in turns]
    errors = [t.vad_error_ms for t in turns]
    share = 100 * len(turns) / max(1, expected)
    return [
        _told("turns answered", share, "%", at_least=100, note=f"{len(turns)} of {expected}"),
        _told("true end of speech to first sound, p50", median(totals), "ms", note=spread(totals)),
        _told("true end of speech to first sound, p95", quantile(totals, 0.95), "ms"),
        _told("  of it: the plan's wait, p50", median([t.wait_ms for t in turns]), "ms"),
        _told("  of it: engines, p50", median(engines), "ms", note=_by_actor([t.engines for t in turns])),
        _told("  of it: overhead, p50", median(overheads), "ms", note=_by_actor([t.stages for t in turns])),
        _told("  of it: overhead, p95", quantile(overheads, 0.95), "ms", at_most=OVERHEAD_MS, note=_worst(turns)),
        _told("vad's error of the end, p50", median(errors), "ms", note=f"{spread(errors)}; part of the overhead"),
        _told("vad's error of the end, p95", quantile([abs(e) for e in errors], 0.95), "ms", at_most=50),
    ]


def _told(
    name: str, value: float, unit: str, *, at_least: float | None = None, at_most: float | None = None, note: str = ""
) -> Figure:
    return Figure(
        part="call", name=name, value=round(value, 2), unit=unit, at_least=at_least, at_most=at_most, note=note
    )


def _worst(turns: Sequence[AnsweredTurn]) -> str:
    """Where the time of the slowest turn went."""
    if not turns:
        return "none measured"
    worst = max(turns, key=lambda turn: turn.overhead_ms)
    return f"worst {worst.overhead_ms:.1f}: {_by_actor([worst.stages])}"


def _by_actor(groups: Sequence[dict[str, float]]) -> str:
    """Median of each actor's milliseconds, in the order of the way."""
    actors = list(dict.fromkeys(actor for group in groups for actor in group))
    return " · ".join(f"{actor} {median([g[actor] for g in groups if actor in g]):.1f}" for actor in actors)
