"""Edges of a plan: who gives which message to whom, read from the actors' wiring."""

from __future__ import annotations

from dataclasses import dataclass

from bus.messages.message import Message
from topology.catalogue import Cast

Kind = type[Message]


@dataclass(frozen=True, slots=True)
class Edge:
    """One message type that goes from one actor to another."""

    source: str
    target: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Loose:
    """A message type at an actor that lacks its other end."""

    actor: str
    kind: Kind


def edges(cast: Cast) -> list[Edge]:
    """All edges between the actors, by source, then topic, then target."""
    return [
        Edge(source, target, kind)
        for source, giver in cast.items()
        for kind in giver.wiring.outputs
        for target, taker in cast.items()
        if kind in taker.wiring.inputs
    ]


def unfed(cast: Cast) -> list[Loose]:
    """Inputs that no actor gives, without those that may stay unfed."""
    given = {kind for giver in cast.values() for kind in giver.wiring.outputs}
    return [
        Loose(name, kind)
        for name, taker in cast.items()
        for kind in taker.wiring.inputs
        if kind not in given and not kind.spec.optional
    ]


def unread(cast: Cast) -> list[Loose]:
    """Outputs that no actor takes, without those that are for people watching."""
    taken = {kind for taker in cast.values() for kind in taker.wiring.inputs}
    return [
        Loose(name, kind)
        for name, giver in cast.items()
        for kind in giver.wiring.outputs
        if kind not in taken and not kind.spec.observed
    ]


def givers(kind: Kind, cast: Cast) -> list[str]:
    """Names of the actors that give a message type."""
    return [name for name, actor in cast.items() if kind in actor.wiring.outputs]


def takers(kind: Kind, cast: Cast) -> list[str]:
    """Names of the actors that take a message type."""
    return [name for name, actor in cast.items() if kind in actor.wiring.inputs]
