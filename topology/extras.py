"""Extras of pyproject.toml that the engines need: what must be installed on the host of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from topology.catalogue import actor_class
from topology.choice import candidates, settings_of, untold
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
    """The extras that these need, each once. One that may choose its engine gets those of all that it may choose by its plan."""
    found: set[str] = set()
    for placement in placements:
        engines = _possible(placement) if placement.engine == AUTO else (placement.engine,)
        found |= {EXTRAS[key] for engine in engines if (key := (placement.actor, engine)) in EXTRAS}
    return tuple(sorted(found))


def _possible(placement: Placement) -> tuple[str, ...]:
    """Engines of which the plan tells what they cannot do without."""
    actor = actor_class(placement.actor)
    return tuple(
        name for name in candidates(actor) if not untold(actor.engine_class(name), settings_of(placement, name))
    )
