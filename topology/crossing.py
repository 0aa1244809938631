"""Crossing of messages between hosts: what a plan sends over each connection, which way, on which lane, and about how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bus.messages import RATE_HZ
from bus.messages.message import Spec
from topology.catalogue import HOUSE, Cast
from topology.edges import edges
from topology.plan import Plan

USUAL: Mapping[str, str] = {
    "vad.speech": f"{16_000 * 16 / 1e6:.2f} Mbit/s while the user speaks",
    "tts.audio": f"{RATE_HZ * 16 / 1e6:.2f} Mbit/s while the avatar speaks",
    "face.mouth": "about 2 Mbit/s while the avatar speaks",
}
"""What sound and pictures take; all the rest together is text and numbers, some kbit/s."""


def crossing_lines(plan: Plan, cast: Cast = HOUSE) -> Iterator[str]:
    """One line for each pair of hosts and each way, in the plan's order. A topic crosses once, however many take it there."""
    links: dict[tuple[str, str], dict[str, Spec]] = {}
    for edge in edges({name: cast[name] for name in plan.actors}):
        way = plan.actors[edge.source].host, plan.actors[edge.target].host
        if way[0] != way[1]:
            links.setdefault(way, {})[edge.kind.spec.topic] = edge.kind.spec
    for source in plan.used_hosts:
        for target in plan.used_hosts:
            if topics := links.get((source, target)):
                yield f"{source} -> {target}: " + ", ".join(_words(spec) for spec in topics.values())


def _words(spec: Spec) -> str:
    lane = f"{spec.lane}, bulky" if spec.bulky else spec.lane
    usual = USUAL.get(spec.topic)
    return f"{spec.topic} ({lane}{f', {usual}' if usual else ''})"
