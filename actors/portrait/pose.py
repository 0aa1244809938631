"""Pose of a mouth: a few numbers from which a mouth is drawn."""

from __future__ import annotations

from typing import NamedTuple


class Pose(NamedTuple):
    """A mouth. All values 0..1, but `wide`, which is -1 (narrow) to 1 (wide)."""

    jaw: float = 0.0
    """How far the jaw is down."""
    wide: float = 0.0
    pucker: float = 0.0
    """Lips pushed forward and rounded, as in "oo"."""
    press: float = 0.0
    """Lips pressed together, as in "m"."""
    bite: float = 0.0
    """Upper teeth on the lower lip, as in "f"."""
    teeth: float = 0.0
    """How much of the teeth is seen, as in "s"."""
    tongue: float = 0.0
    """How far the tongue's tip is up, as in "l"."""


REST = Pose()
