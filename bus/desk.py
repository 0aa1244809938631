"""Desk of a hub: answers the questions of host agents and command lines, and does what they tell the hub to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from bus.clock import MS, SECOND, now_ns
from bus.codec import topic_frame
from bus.control import (
    ActorCall,
    Answer,
    Ask,
    Drain,
    Hello,
    HostCall,
    HubView,
    PeerView,
    Stop,
    TopicView,
    arguments_of,
    encode_word,
)
from bus.errors import Wrong
from bus.frontier import FAR
from bus.messages.message import Lane
from bus.roster import Peer
from bus.span import Span
from bus.span_view import SpanView

if TYPE_CHECKING:
    from bus.hub import Hub
    from bus.reception import Reception


class Desk:
    """Turns a question to "hub" into an answer; passes the others on to whom they are for."""

    def __init__(self, hub: Hub, reception: Reception) -> None:
        self._hub = hub
        self._reception = reception
        self._views: dict[str, Callable[[], object]] = {
            "peers": self._peers,
            "topics": self._topics,
            "hub": self._self,
            "spans": self._spans,
            "end": self._end,
        }
        self._deeds: dict[str, Callable[[ActorCall], tuple[object, str]]] = {
            "activate": self._activate,
            "forget": self._forget,
            "erase": self._erase,
            "drain": self._drain,
            "stop": self._stop,
            "gone": self._gone,
        }

    def ask(self, peer: Peer, ask: Ask) -> None:
        """A peer asks: the hub, or (through it) another peer."""
        if ask.to == "hub":
            body, what = self._answer(ask)
            self._say(peer, Answer(ask.number, "", msgspec.Raw(msgspec.msgpack.encode(body)), what=what))
            return
        if FAR in ask.to:
            if what := self._hub.frontier.ask(ask, peer.identity):
                self._say(peer, Answer(ask.number, "", what=what, todo="see: avatar status"))
            return
        target = self._hub.roster.active(ask.to)
        question = encode_word(msgspec.structs.replace(ask, asker=peer.identity.decode()))
        if target is None or not self._hub.say(target, [question]):
            self._say(peer, Answer(ask.number, "", what=f"nobody named {ask.to} is here", todo="see: avatar status"))

    def asked_from_afar(self, ask: Ask) -> None:
        """A peer of another host asks; its answer finds the way back by the name of the asker."""
        if ask.to == "hub":
            body, what = self._answer(ask)
            self.answer(Answer(ask.number, ask.asker, msgspec.Raw(msgspec.msgpack.encode(body)), what=what))
            return
        target = self._hub.roster.active(ask.to)
        if target is None or not self._hub.say(target, [encode_word(ask)]):
            self.answer(
                Answer(ask.number, ask.asker, what=f"nobody named {ask.to} is there", todo="see: avatar status")
            )

    def answer(self, answer: Answer) -> None:
        """A peer has answered: to the one who asked, if it is still here."""
        if FAR in answer.to:
            self._hub.frontier.answer(answer)
            return
        asker = self._hub.roster.peers.get(answer.to.encode())
        if asker:
            self._say(asker, answer)

    def _answer(self, ask: Ask) -> tuple[object, str]:
        if view := self._views.get(ask.verb):
            return view(), ""
        if ask.verb in ("connect", "leave"):
            return self._join_or_leave(ask)
        deed = self._deeds.get(ask.verb)
        if deed is None:
            return None, f"the hub does not know the verb {ask.verb!r}"
        try:
            call = arguments_of(ask, ActorCall)
        except Wrong as error:
            return None, error.what
        return deed(call)

    def _say(self, peer: Peer, answer: Answer) -> None:
        self._hub.say(peer, [encode_word(answer)])

    # --- views ----------------------------------------------------------------------------------------------------

    def _peers(self) -> list[PeerView]:
        return [self._view(peer) for peer in self._hub.roster.peers.values()]

    def _view(self, peer: Peer) -> PeerView:
        hello = peer.hello
        waiting = self._hub.log.waiting_in(peer.group)
        silent_ms = (now_ns() - peer.seen_ns) / MS
        who = hello.name, hello.epoch, hello.kind, hello.pid
        return PeerView(*who, peer.phase, peer.pulse, waiting, silent_ms, peer.group)

    def _topics(self) -> list[TopicView]:
        hub = self._hub
        peers = [p.hello for p in hub.roster.peers.values()]
        names = {t for p in peers for t in (*p.gives, *p.takes, *p.hears, *p.watches)} | set(hub.traffic)
        views = []
        for topic in sorted(names):
            seen = hub.traffic.get(topic)
            giving = tuple(sorted({p.name for p in peers if topic in p.gives}))
            taking = tuple(sorted({p.name for p in peers if topic in (*p.takes, *p.hears, *p.watches)}))
            count, size = (seen.messages, seen.payload_bytes) if seen else (0, 0)
            taps = hub.exchange.taps(topic_frame(topic))
            views.append(TopicView(topic, count, size, giving, taking, _lane(topic, peers), taps))
        return views

    def _self(self) -> HubView:
        hub = self._hub
        return HubView(os.getpid(), hub.boot, (now_ns() - hub.boot) / SECOND, hub.log.below_gen, hub.tally.drops())

    def _spans(self) -> list[SpanView]:
        return [_view(span, now_ns()) for span in self._hub.frontier.spans]

    # --- deeds ----------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        self._hub.stopping = True

    def _activate(self, call: ActorCall) -> tuple[object, str]:
        return None, self._reception.succession.hand_over(call)

    def _forget(self, call: ActorCall) -> tuple[object, str]:
        if not self._hub.roster.has_group(call.name):  # else a new process of it was quicker
            self._hub.log.forget(call.name)
            self._hub.frontier.forgotten(call.name)
        return None, ""

    def _erase(self, call: ActorCall) -> tuple[object, str]:
        if not self._hub.roster.has_group(call.name):
            self._hub.exchange.forget(call.name)
        return self._forget(call)

    def _join_or_leave(self, ask: Ask) -> tuple[object, str]:
        try:
            call = arguments_of(ask, HostCall)
        except Wrong as error:
            return None, error.what
        if ask.verb == "leave":
            self._hub.gate.leave(call.host)
        else:
            self._hub.gate.connect(call.host, {"swift": call.swift, "bulky": call.bulky})
        return None, ""

    def _drain(self, call: ActorCall) -> tuple[object, str]:
        peers = self._meant(call)
        for peer in peers:
            peer.phase = "draining"
            self._hub.say(peer, [encode_word(Drain())])
        return len(peers), ""

    def _stop(self, call: ActorCall) -> tuple[object, str]:
        peers = self._meant(call)
        for peer in peers:
            self._hub.say(peer, [encode_word(Stop())])
        return len(peers), ""

    def _gone(self, call: ActorCall) -> tuple[object, str]:
        return self._reception.bury(call.name, call.epoch), ""

    def _meant(self, call: ActorCall) -> list[Peer]:
        return [p for p in self._hub.roster.named(call.name) if call.epoch in (0, p.hello.epoch)]


def _lane(topic: str, peers: Sequence[Hello]) -> str:
    """The lane of a topic, as those who declared it have it."""
    for peer in peers:
        if topic in peer.takes:
            return Lane.STREAM
        if topic in peer.hears:
            return Lane.CONTROL
    if any(topic in peer.states for peer in peers):
        return Lane.STATE
    return Lane.LATEST if any(topic in peer.watches for peer in peers) else ""


def _view(span: Span, at_ns: int) -> SpanView:
    offset = span.offset
    return SpanView(
        span.host,
        span.open,
        (at_ns - span.heard_ns) / MS,
        offset.trip_ns / MS,
        offset.error_ns(at_ns) / MS,
        offset.bound_ns / MS,
        span.ways.worst_ns("swift") / MS,
        span.ways.worst_ns("bulky") / MS,
    )
