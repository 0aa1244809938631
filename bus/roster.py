"""Roster of a hub: who is here, in which incarnation, and what they may send. Pure.

A name is that of a process. Replicas of an actor have a name each ("tts", "tts#1"), and each has its incarnations: one
never silences another. What they share is the group, the actor's name: under it the stream log keeps what is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bus.clock import SECOND
from bus.control import Hello, Pulse
from bus.crossing import Afar

SPEAKING = b"!"
SILENCE_NS = 10 * SECOND
"""A command line or a host agent that says nothing for so long is gone; actors are watched by their host agent."""

Phase = Literal["standby", "starting", "active", "draining"]


@dataclass(slots=True, eq=False)
class Peer:
    """One process that said hello."""

    hello: Hello
    identity: bytes
    phase: Phase
    seen_ns: int
    ready: bool = False
    pulse: Pulse = field(default_factory=Pulse)
    stream_out: int = 0
    member: str = ""
    """Its name in the stream log."""
    group: str = ""
    """The consumer in the stream log that it is a member of: its actor."""
    gives: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.member = f"{self.hello.name}#{self.hello.epoch}"
        self.group = self.hello.group or self.hello.name
        self.gives = frozenset(self.hello.gives)

    @property
    def afar(self) -> Afar:
        """As the hubs of other hosts are told of it."""
        hello = self.hello
        return Afar(
            hello.name, hello.epoch, self.group, self.phase in ("active", "draining"), hello.takes, hello.gives, hello.hears,
            hello.watches, hello.states, hello.bulky,
        )  # fmt: skip


class Roster:
    """Finds peers by identity and by name; knows the newest epoch of each name that was allowed to speak."""

    def __init__(self) -> None:
        self.peers: dict[bytes, Peer] = {}
        self._speaking: dict[str, int] = {}
        self._buried: dict[str, set[int]] = {}
        self._senders: dict[tuple[str, int], Peer] = {}

    def add(self, hello: Hello, identity: bytes, now_ns: int) -> Peer:
        """A process said hello; actors wait in standby until they are activated."""
        phase: Phase = "standby" if hello.kind == "actor" and not hello.active else "active"
        known = self.peers.get(identity)
        peer = Peer(hello, identity, phase, now_ns)
        if known:
            peer.ready, peer.stream_out, peer.phase = known.ready, known.stream_out, known.phase
            peer.pulse = known.pulse
        self.peers[identity] = peer
        self._senders[hello.name, hello.epoch] = peer
        if peer.phase == "active":
            self.let_speak(hello.name, hello.epoch)
        return peer

    def remove(self, identity: bytes) -> Peer | None:
        """A process is gone."""
        peer = self.peers.pop(identity, None)
        if peer:
            self._senders.pop((peer.hello.name, peer.hello.epoch), None)
        return peer

    def silent(self, at_ns: int) -> list[Peer]:
        """Command lines and host agents that have vanished without a word."""
        peers = self.peers.values()
        return [p for p in peers if p.hello.kind != "actor" and at_ns - p.seen_ns > SILENCE_NS]

    def let_speak(self, name: str, epoch: int) -> None:
        """From now on only this incarnation (or a newer one) of the name is heard, on whichever host it is."""
        speaking = self._speaking[name] = max(self._speaking.get(name, 0), epoch)
        self._buried[name] = {one for one in self._buried.get(name, ()) if one > speaking}

    def bury(self, name: str, epoch: int) -> None:
        """This incarnation of a name has ended: nothing of it is heard any more. An older one may go on: its successor
        died in standby."""
        if not self.is_zombie(name, epoch):
            self._buried.setdefault(name, set()).add(epoch)

    def sender(self, source: str, epoch: int) -> Peer | None:
        """The process that a message says it comes from; None when it never said hello, or has gone."""
        return self._senders.get((source, epoch))

    def is_zombie(self, source: str, epoch: int) -> bool:
        """Whether a newer incarnation has taken over from this sender, or it is known to have ended."""
        return epoch < self._speaking.get(source, 0) or epoch in self._buried.get(source, ())

    def named(self, name: str) -> list[Peer]:
        """All incarnations of a name that are here, oldest first."""
        return sorted((p for p in self.peers.values() if p.hello.name == name), key=lambda p: p.hello.epoch)

    def has_group(self, group: str) -> bool:
        """Whether any process of a consumer is here."""
        return any(peer.group == group for peer in self.peers.values())

    def active(self, name: str) -> Peer | None:
        """The incarnation of a name that takes part now."""
        return next((p for p in reversed(self.named(name)) if p.phase in ("active", "starting")), None)


def identity_of(name: str, epoch: int) -> bytes:
    """Identity of a peer's listening control socket."""
    return f"{name}#{epoch}".encode()


def speaking_identity(identity: bytes) -> bytes:
    """Identity of a peer's speaking control socket."""
    return SPEAKING + identity


def owner_of(identity: bytes) -> bytes:
    """The peer that a control message comes from, whichever of its sockets was used."""
    return identity[1:] if identity[:1] == SPEAKING else identity
