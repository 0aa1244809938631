"""Damage that restarts and crashes did to a call: what was heard and seen around each of them, as figures. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bus.clock import MS, SECOND
from bus.messages import RATE_HZ
from remote.bench.continuity import Break
from remote.bench.figures import Figure, quantile, spread
from remote.bench.strikes import HUB, Struck

AFTERMATH_NS = 3_000 * MS
"""What happens in so long after a strike is its doing."""
BEFORE_NS = 60 * MS
"""A message that was sent before its sender died may break what is heard that long before its death is noted."""
BACK_MS, HUB_BACK_MS = 1_000.0, 1_500.0
CAMERA_MS = 80.0
UNLIKE_MS = 60.0
"""A step or two at the edge of a sound may be loud in one rendering and quiet in the other."""
DEVICE_MS = 300.0
AGAIN_MS = 60.0
"""A sink that is killed cannot tell the last of what was heard: slices of 20 ms, told when 40 ms of them are."""


@dataclass(slots=True)
class AnswerDamage:
    """What became of the answer to one question."""

    replies: int
    """How many were sent; one is right."""
    unlike_ms: float
    """How far it is from the undisturbed answer to the same question."""
    broken: Sequence[tuple[int, Break]] = ()
    """When, and what is wrong with what was heard of it there."""


@dataclass(slots=True)
class Damage:
    """All that a call has left behind. Times in ns on the host's clock."""

    struck: Sequence[Struck]
    answers: Sequence[AnswerDamage]
    voice_parts: Sequence[tuple[int, int]] = ()
    picture_parts: Sequence[Sequence[int]] = ()
    shown: Sequence[tuple[int, int]] = field(default=())
    """When a mouth was seen, and the sample it belongs to."""


def restart_figures(damage: Damage, unrest_ms: float) -> list[Figure]:
    """Figures of each actor, those of the whole call first."""
    actors = dict.fromkeys(s.strike.actor for s in damage.struck)
    return [*_whole(damage, unrest_ms), *(figure for actor in actors for figure in _of(damage, actor))]


def _whole(damage: Damage, unrest_ms: float) -> list[Figure]:
    answers = damage.answers
    broken = [b for answer in answers for at_ns, b in answer.broken if not _while_away(damage, at_ns)]
    once = sum(a.replies == 1 for a in answers)
    unlike = [a.unlike_ms for a in answers if a.replies == 1]
    backs = [_back_ms(s) for s in damage.struck if s.strike.how == "killed" and s.strike.actor != HUB]
    share = 100 * once / max(1, len(answers))
    return [
        _figure("questions answered exactly once", share, "%", at_least=100, note=f"{once} of {len(answers)}"),
        _figure("answers as sent: unlike the undisturbed one, worst", _worst(unlike), at_most=UNLIKE_MS),
        _figure("answers as heard: missing, worst", _worst(_ms(b.missing) for b in broken), at_most=0),
        _figure("answers as heard: said again, worst", _worst(_ms(b.again) for b in broken), at_most=0),
        _figure("killed actors: handle again, p95", quantile(backs, 0.95), at_most=BACK_MS, note=spread(backs)),
        _figure("a bare timer beside it, worst gap", unrest_ms),
    ]


def _of(damage: Damage, actor: str) -> list[Figure]:
    found: list[Figure] = []
    for how in ("restarted", "killed"):
        mine = [s for s in damage.struck if s.strike.actor == actor and s.strike.how == how]
        if not mine:
            continue
        planned = how == "restarted"
        backs = [_back_ms(s) for s in mine]
        at_most = None if planned else HUB_BACK_MS if actor == HUB else BACK_MS
        found.append(_figure(f"{actor} {how}: takes over", _worst(backs), at_most=at_most, note=spread(backs)))
        gaps = [_device_gap_ms(damage.voice_parts, s) for s in mine if actor == "mic-out"]
        gaps += [_device_gap_ms(_spans(damage.picture_parts), s) for s in mine if actor == "cam-out"]
        if gaps:
            limit = DEVICE_MS if planned else None
            found.append(
                _figure(f"{actor} {how}: device let go and taken", _worst(gaps), at_most=limit, note=spread(gaps))
            )
        placed = [found for s in mine for found in _breaks_of(damage, s)]
        broken = [b for _, b in placed]
        if actor == "mic-out":
            found += _handed_over(how, broken)
        harmless = planned and actor != "mic-out"
        note = "; ".join(_told(b) + _besides(damage, actor, at_ns) for at_ns, b in placed)
        silence = _worst(_ms(max(b.hole, b.faded)) for b in broken)
        found.append(_figure(f"{actor} {how}: voice, hole", silence, at_most=0 if harmless else None, note=note))
        if actor != "cam-out":
            worst = _worst(_camera_gap_ms(damage.picture_parts, s) for s in mine)
            found.append(_figure(f"{actor} {how}: camera gap", worst, at_most=CAMERA_MS))
        still = _worst(_still_ms(damage.shown, s) for s in mine)
        found.append(_figure(f"{actor} {how}: mouth stands still", still))
    return found


def _handed_over(how: str, broken: Sequence[Break]) -> list[Figure]:
    """What the successor's sound has too little or too much of the reply that it goes on with."""
    again = AGAIN_MS if how == "killed" else 0
    return [
        _figure(f"mic-out {how}: missing", _worst(_ms(b.missing) for b in broken), at_most=0),
        _figure(f"mic-out {how}: said again", _worst(_ms(b.again) for b in broken), at_most=again),
    ]


def _breaks_of(damage: Damage, struck: Struck) -> list[tuple[int, Break]]:
    """When, and what, of the voice, soon after it was struck. While the speaker's device was in nobody's hands, the silence
    is mic-out's, whoever else was struck in the same turn."""
    begin, end = struck.at_ns - BEFORE_NS, struck.at_ns + AFTERMATH_NS
    every = [(at_ns, b) for answer in damage.answers for at_ns, b in answer.broken if begin <= at_ns <= end]
    return [found for found in every if struck.strike.actor == "mic-out" or not _while_away(damage, found[0])]


def _while_away(damage: Damage, at_ns: int) -> bool:
    """Whether one speaker had let go of its device then, and the next not yet taken it."""
    parts = itertools.pairwise(sorted(damage.voice_parts))
    return any(before[1] - BEFORE_NS <= at_ns <= after[0] + BEFORE_NS for before, after in parts)


def _besides(damage: Damage, actor: str, at_ns: int) -> str:
    """Who else was struck shortly before."""
    others = [
        f"{s.strike.actor} {s.strike.how} {(at_ns - s.at_ns) / MS:.0f} ms before"
        for s in damage.struck
        if s.strike.actor != actor and s.at_ns - BEFORE_NS <= at_ns <= s.at_ns + AFTERMATH_NS
    ]
    return f" ({', '.join(others)})" if others else ""


def _told(found: Break) -> str:
    parts = [f"{name} {_ms(n):.1f} ms" for name in ("hole", "missing", "again", "faded") if (n := getattr(found, name))]
    return ", ".join(parts) or "altered"


def _back_ms(struck: Struck) -> float:
    return (struck.back_ns - struck.at_ns) / MS if struck.back_ns else float(AFTERMATH_NS // MS)


def _device_gap_ms(spans: Iterable[tuple[int, int]], struck: Struck) -> float:
    """Between the last sample or picture of the one before and the first of its successor."""
    ordered = sorted(spans)
    gaps = [
        (after[0] - before[1]) / MS
        for before, after in itertools.pairwise(ordered)
        if struck.at_ns <= after[0] <= struck.at_ns + AFTERMATH_NS
    ]
    return max(gaps, default=float(AFTERMATH_NS // MS))


def _spans(parts: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(part[0], part[-1]) for part in parts if part]


def _camera_gap_ms(parts: Sequence[Sequence[int]], struck: Struck) -> float:
    """Between the pictures of one process. From one process to the next, it is cam-out that was struck."""
    begin, end = struck.at_ns - SECOND, struck.at_ns + AFTERMATH_NS
    shown = [sorted(at for at in part if begin <= at <= end) for part in parts]
    return _worst((b - a) / MS for part in shown for a, b in itertools.pairwise(part))


def _still_ms(shown: Sequence[tuple[int, int]], struck: Struck) -> float:
    """The longest wait for the next mouth of the same reply around a strike that hit it."""
    begin, end = struck.at_ns - 200 * MS, struck.at_ns + AFTERMATH_NS
    seen = sorted(s for s in shown if begin <= s[0] <= end)
    return _worst((b[0] - a[0]) / MS for a, b in itertools.pairwise(seen) if b[1] > a[1])


def _ms(samples: int) -> float:
    return samples * 1000 / RATE_HZ


def _worst(values: Iterable[float]) -> float:
    return max(values, default=0.0)


def _figure(
    name: str,
    value: float,
    unit: str = "ms",
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    note: str = "",
) -> Figure:
    return Figure(
        part="restarts", name=name, value=round(value, 1), unit=unit, at_least=at_least, at_most=at_most, note=note
    )
