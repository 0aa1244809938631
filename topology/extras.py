"""Extras of pyproject.toml that the engines need: what must be installed on the host of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from topology.catalogue import actor_class
from topology.choice import candidates
from topology.plan import AUTO, Placement

EXTRAS: Mapping[tuple[str, str], str] = {
    ("asr", "whisper"): "whisper",
    ("turn-manager", "smart-turn"): "smart-turn",
    ("llm", "llama"): "llama",
    ("face", "musetalk"): "musetalk",
    ("cam-out", "camera"): "camera",
    ("mic-out", "device"): "device",
    ("vad", "device"): "device",
}
"""Actor and engine -> extra. An engine that is not here runs with what every installation has."""


def extras_of(placements: Iterable[Placement]) -> tuple[str, ...]:
    """The extras that these need, each once. One that may choose its engine gets those of all it may choose."""
    found: set[str] = set()
    for placement in placements:
        engines = candidates(actor_class(placement.actor)) if placement.engine == AUTO else (placement.engine,)
        found |= {EXTRAS[key] for engine in engines if (key := (placement.actor, engine)) in EXTRAS}
    return tuple(sorted(found))
