"""Succession in a hub: when a process may take over from the one before it, for every name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.control import Activate, ActorCall, Drain, encode_word
from bus.roster import Peer

if TYPE_CHECKING:
    from bus.hub import Hub


class Succession:
    """Has the one before drain, and activates its successor when that has gone."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: dict[str, bytes] = {}
        self._early: list[ActorCall] = []

    def hand_over(self, call: ActorCall) -> str:
        """The successor's turn comes when the one before has drained (or is known to be gone). Gives what is wrong.

        A hub that is new waits for its peers first: the one before may be among them, with messages that nobody else has.
        """
        roster = self._hub.roster
        if self._hub.gathering_ns:
            self._early.append(call)
            return ""
        successor = next((p for p in roster.named(call.name) if p.hello.epoch == call.epoch), None)
        if successor is None:
            return f"no {call.name} with epoch {call.epoch} said hello"
        if successor.phase != "standby":
            return ""  # asked twice, by a host agent that was told twice
        before = [p for p in roster.named(call.name) if p.phase != "standby" and p is not successor]
        if not before:
            self._activate(successor)
            return ""
        self._waiting[call.name] = successor.identity
        for peer in before:
            if peer.phase != "draining":
                peer.phase = "draining"
                self._hub.say(peer, [encode_word(Drain())])
        return ""

    def gathered(self) -> None:
        """The peers of the hub before are here."""
        early, self._early = self._early, []
        for call in early:
            if what := self.hand_over(call):
                self._hub.tally.add("?", "succession", detail=what)

    def gone(self, name: str) -> None:
        """A process of that name has gone; its successor's turn may have come."""
        waiting = self._waiting.get(name)
        if waiting and not any(p.phase == "draining" for p in self._hub.roster.named(name)):
            del self._waiting[name]
            successor = self._hub.roster.peers.get(waiting)
            if successor:
                self._activate(successor)

    def _activate(self, peer: Peer) -> None:
        hub = self._hub
        peer.phase = "starting"
        hub.roster.let_speak(peer.hello.name, peer.hello.epoch)
        hub.say(peer, [encode_word(Activate(hub.log.below_gen, hub.exchange.remembered(peer.hello.name)))])
