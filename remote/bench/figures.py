"""Figures: what was measured, what it should be, and whether it is. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

Verdict = Literal["ok", "miss", ""]
Tell = Callable[[str], None]
"""Takes a line of progress."""


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measured value. Without a limit it is only told."""

    part: str
    """What was measured: bus, call or idle."""
    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""
    """What it was made of, such as how many samples, and the range."""

    @property
    def verdict(self) -> Verdict:
        """Whether the value is within its limits."""
        if self.at_least is None and self.at_most is None:
            return ""
        low = self.at_least is None or self.value >= self.at_least
        high = self.at_most is None or self.value <= self.at_most
        return "ok" if low and high else "miss"

    @property
    def target(self) -> str:
        """The limits as people write them."""
        match self.at_least, self.at_most:
            case None, None:
                return ""
            case None, high:
                return f"≤ {number(high)}"
            case low, None:
                return f"≥ {number(low)}"
            case low, high:
                return f"{number(low)} … {number(high)}"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as machines read it."""

    part: str
    name: str
    value: float
    unit: str
    target: str
    verdict: Verdict
    note: str
    command: str


def lines(figures: Iterable[Figure]) -> list[Line]:
    """Every figure with its verdict, and the command that measures it again."""
    return [
        Line(
            part=f.part,
            name=f.name,
            value=f.value,
            unit=f.unit,
            target=f.target,
            verdict=f.verdict,
            note=f.note,
            command=f"avatar bench {f.part}",
        )
        for f in figures
    ]


def table(figures: Sequence[Figure]) -> list[tuple[Verdict, str]]:
    """One line of text for each figure, in columns, with its verdict."""
    rows = [(f.verdict, f.name, f"{number(f.value)} {f.unit}".strip(), f.target, f.note) for f in figures]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(1, 4)]
    return [
        (verdict, f"{name:<{widths[0]}}  {value:>{widths[1]}}  {target:<{widths[2]}}  {note}".rstrip())
        for verdict, name, value, target, note in rows
    ]


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of all lie, by nearest rank: of few values, p95 is the worst. 0.0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def median(values: Sequence[float]) -> float:
    """The middle one; 0.0 of none."""
    return statistics.median(values) if values else 0.0


def spread(values: Sequence[float], unit: str = "") -> str:
    """How many values, and from where to where."""
    if not values:
        return "none measured"
    return f"n={len(values)}, {number(min(values))} … {number(max(values))} {unit}".rstrip()


def number(value: float | None) -> str:
    """Three digits that matter, no more."""
    if value is None:
        return ""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
