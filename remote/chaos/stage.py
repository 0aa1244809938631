"""Stage of a chaos run: a plan's copy in which a recorded person speaks, and picture and sound go into files. Pure."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bus.errors import Wrong
from topology.plan import LOCAL, Placement, Plan, Restart

TAIL_MS = 4_000
"""Silence after the person's last word; the call goes on until its answer was heard."""
RESTART = Restart(max=100, window_s=10, backoff_ms=100, backoff_max_ms=1_000)
"""An actor is killed more often here than any policy for real calls would take."""
NEEDED = ("vad", "turn-manager", "cam-out", "mic-out", "av-sync", "tts", "chunker", "llm", "asr")
OWN = {"vad": ("path", "tail_ms", "loop", "lead_in_ms", "record"), "cam-out": ("record",), "mic-out": ("record",)}
PAGE = frozenset({"web"})
"""Actors that only a page needs."""


def staged(plan: Plan, name: str, sound: Path, folder: Path, *, split: bool = False) -> Plan:
    """The plan to run. Raises Wrong for one without a whole conversation, or with actors on other hosts unless it is `split`."""
    missing = [actor for actor in NEEDED if actor not in plan.actors]
    if missing:
        raise Wrong(f"this plan has no {missing[0]}", "chaos needs a plan with a whole conversation")
    far = [p.actor for p in plan.actors.values() if p.host != LOCAL]
    if far and not split:
        raise Wrong(f"{far[0]} runs on another host", "let this machine play it, too: --split")
    actors = {actor: _adapted(p, sound, folder) for actor, p in plan.actors.items() if actor not in PAGE}
    session = msgspec.structs.replace(plan.session, name=name, record="", grace_s=20.0)
    return msgspec.structs.replace(plan, actors=actors, session=session)


def _adapted(placement: Placement, sound: Path, folder: Path) -> Placement:
    placement = msgspec.structs.replace(placement, restart=RESTART)
    settings = {key: value for key, value in placement.settings.items() if key not in OWN.get(placement.actor, ())}
    match placement.actor:
        case "vad":
            settings |= {"path": str(sound), "tail_ms": TAIL_MS}
        case "cam-out" | "mic-out":
            settings = {key: value for key, value in settings.items() if key == "pack"} | {"record": str(folder)}
        case _:
            return placement
    return msgspec.structs.replace(placement, engine="file", settings=settings, stamps={})


CHANGES: dict[str, tuple[str, tuple[int, ...]]] = {
    "tts": ("pause_ms", (140, 150, 160, 170, 180)),
    "av-sync": ("ahead_ms", (230, 240, 250, 260, 270)),
}
"""Settings that may be changed while somebody speaks, and no one hears it."""


def moved(plan: Plan, actor: str, host: str) -> Plan:
    """The plan with the actor on the other of two hosts: this one, and `host`."""
    placement = plan.actors[actor]
    there = LOCAL if placement.host != LOCAL else host
    return msgspec.structs.replace(plan, actors={**plan.actors, actor: msgspec.structs.replace(placement, host=there)})


def changed(plan: Plan, actor: str, number: int) -> Plan:
    """The plan with another value of the actor's setting than it has."""
    key, values = CHANGES[actor]
    placement = plan.actors[actor]
    others = [value for value in values if value != placement.settings.get(key)]
    settings = {**placement.settings, key: others[number % len(others)]}
    return msgspec.structs.replace(
        plan, actors={**plan.actors, actor: msgspec.structs.replace(placement, settings=settings)}
    )
