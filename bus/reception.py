"""Reception of a hub: understands the control words of its peers and answers them."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import msgspec

from bus.clock import MS, SECOND, now_ns
from bus.codec import Torn, decode_body, topic_frame
from bus.control import (
    Activate,
    Active,
    ActorCall,
    Answer,
    AnyWord,
    Ask,
    Beat,
    Bye,
    Done,
    Drain,
    Hello,
    HubView,
    Notice,
    PeerView,
    Post,
    Ready,
    Stop,
    TopicView,
    Who,
    Word,
    decode_word,
    encode_word,
)
from bus.errors import Broken
from bus.messages import Cut
from bus.roster import Peer, owner_of

if TYPE_CHECKING:
    from bus.hub import Hub

_log = logging.getLogger(__name__)

CLIENT_SILENCE_NS = 10 * SECOND
"""A command line that says nothing for so long is gone; actors are watched by their host agent."""


class Reception:
    """Keeps the roster and the hand-overs of one hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._successors: dict[str, bytes] = {}

    def take(self, sender: bytes, frames: list[bytes]) -> None:
        """One control message: a word, and for a post its three frames."""
        try:
            word = decode_word(frames[0]) if frames else None
        except Broken as error:
            self._hub.tally.add("?", "control", detail=error.what)
            return
        identity = owner_of(sender)
        peer = self._hub.roster.peers.get(identity)
        if peer is None and not isinstance(word, Hello):
            if not isinstance(word, Bye):
                self._hub.say(Peer(Hello("?", 0, "client", 0), identity, "standby", 0), [encode_word(Who())])
            return
        if peer:
            peer.seen_ns = now_ns()
        if word is not None:
            self._understand(word, identity, peer, frames[1:])

    def housekeeping(self, at_ns: int) -> None:
        """Forgets command lines that vanished without a word."""
        for peer in list(self._hub.roster.peers.values()):
            if peer.hello.kind == "client" and at_ns - peer.seen_ns > CLIENT_SILENCE_NS:
                self._gone(peer, Bye())

    def _understand(self, word: AnyWord, identity: bytes, peer: Peer | None, rest: list[bytes]) -> None:
        if isinstance(word, Hello):
            self._hello(word, identity)
            return
        assert peer is not None
        match word:
            case Done(item_id):
                if not self._hub.log.done(peer.hello.name, peer.member, item_id):
                    self._hub.tally.add("?", "unknown-ack")
            case Beat(pulse):
                peer.pulse = pulse
            case Post():
                self._post(peer, rest)
            case Ready():
                peer.ready = True
                self._notify(Notice(peer.hello.name, peer.hello.epoch, "ready"))
            case Active():
                peer.phase = "active"
                self._notify(Notice(peer.hello.name, peer.hello.epoch, "active"))
            case Bye():
                self._gone(peer, word)
            case Ask():
                self._asked(peer, word)
            case Answer():
                self._forward(word.to.encode(), word)
            case _:
                self._hub.tally.add("?", "control", detail=f"word={type(word).__name__} is not for a hub")

    def _hello(self, hello: Hello, identity: bytes) -> None:
        hub = self._hub
        peer = hub.roster.add(hello, identity, now_ns())
        hub.subscribe_upstream(hub.exchange.declare_state(topic_frame(t) for t in hello.states))
        if hello.takes:
            hub.open_outlet(peer)
            hub.log.reserve(hello.name, hello.takes)
        if peer.phase == "active" and hello.takes:
            hub.log.join(hello.name, peer.member, hello.takes)
        hub.say(peer, [encode_word(hub.welcome(peer))])
        self._notify(Notice(hello.name, hello.epoch, "hello"))

    def _activate(self, peer: Peer) -> None:
        hub = self._hub
        peer.phase = "starting"
        hub.roster.let_speak(peer)
        if peer.hello.takes:
            hub.log.join(peer.hello.name, peer.member, peer.hello.takes)
        hub.say(peer, [encode_word(Activate(hub.log.below_gen))])

    def _hand_over(self, call: ActorCall) -> str:
        """The successor's turn comes when the one before has drained (or is known to be gone)."""
        roster = self._hub.roster
        successor = next((p for p in roster.named(call.name) if p.hello.epoch == call.epoch), None)
        if successor is None:
            return f"no {call.name} with epoch {call.epoch} said hello"
        before = [
            p for p in roster.named(call.name) if p.phase in ("active", "starting", "draining") and p != successor
        ]
        if not before:
            self._activate(successor)
            return ""
        self._successors[call.name] = successor.identity
        for peer in before:
            if peer.phase != "draining":
                peer.phase = "draining"
                self._hub.say(peer, [encode_word(Drain())])
        return ""

    def _gone(self, peer: Peer, bye: Bye) -> None:
        hub = self._hub
        name = peer.hello.name
        hub.roster.remove(peer.identity)
        hub.close_outlet(peer)
        hub.log.leave(name, peer.member)
        if peer.hello.kind == "client":
            hub.log.forget(name)
        self._notify(Notice(name, peer.hello.epoch, "gone", bye.what, bye.todo, bye.hopeless))
        waiting = self._successors.get(name)
        still_there = [p for p in hub.roster.named(name) if p.phase == "draining"]
        if waiting and not still_there:
            del self._successors[name]
            successor = hub.roster.peers.get(waiting)
            if successor:
                self._activate(successor)

    def _post(self, peer: Peer, frames: list[bytes]) -> None:
        hub = self._hub
        passed = hub.examine(frames)
        if passed is None:
            return
        topic, header, _ = passed
        if topic == Cut.spec.topic:
            try:
                cut = decode_body(Cut, header, b"")
            except Torn as torn:
                hub.tally.add(topic, torn.reason)
                return
            assert isinstance(cut, Cut)
            hub.log.raise_fence(cut.below_gen)
        word = encode_word(Post())
        for other in hub.roster.peers.values():
            fences = topic == Cut.spec.topic and other.hello.kind == "actor"
            if (fences or topic in other.hello.hears) and other is not peer:
                hub.say(other, [word, *frames])
        hub.count(topic, frames)

    def _asked(self, peer: Peer, ask: Ask) -> None:
        if ask.to != "hub":
            target = self._hub.roster.active(ask.to)
            sent = target and self._forward(target.identity, msgspec.structs.replace(ask, asker=peer.identity.decode()))
            if not sent:
                self._answer(
                    peer, Answer(ask.number, "", what=f"nobody named {ask.to} is here", todo="see: avatar status")
                )
            return
        try:
            body, what = self._do(ask.verb, ask.args)
        except msgspec.DecodeError as error:
            body, what = None, f"bad arguments of {ask.verb}: {error}"
        self._answer(peer, Answer(ask.number, "", msgspec.Raw(msgspec.msgpack.encode(body)), what=what))

    def _do(self, verb: str, args: msgspec.Raw) -> tuple[object, str]:
        hub = self._hub
        if verb == "peers":
            return [self._view(p) for p in hub.roster.peers.values()], ""
        if verb == "topics":
            return self._topics(), ""
        if verb == "hub":
            return HubView(os.getpid(), (now_ns() - hub.boot) / SECOND, hub.log.below_gen, hub.tally.drops()), ""
        if verb == "end":
            hub.stopping = True
            return None, ""
        call = msgspec.msgpack.decode(args, type=ActorCall)
        if verb == "activate":
            return None, self._hand_over(call)
        if verb == "forget":
            hub.log.forget(call.name)
            return None, ""
        peers = [p for p in hub.roster.named(call.name) if call.epoch in (0, p.hello.epoch)]
        if verb in ("stop", "gone"):
            for peer in peers:
                if verb == "stop":
                    hub.say(peer, [encode_word(Stop())])
                else:
                    self._gone(peer, Bye())
            return len(peers), ""
        return None, f"the hub does not know the verb {verb!r}"

    def _view(self, peer: Peer) -> PeerView:
        hello = peer.hello
        waiting = self._hub.log.waiting_in(hello.name)
        silent_ms = (now_ns() - peer.seen_ns) / MS
        return PeerView(hello.name, hello.epoch, hello.kind, hello.pid, peer.phase, peer.pulse, waiting, silent_ms)

    def _topics(self) -> list[TopicView]:
        hub = self._hub
        peers = [p.hello for p in hub.roster.peers.values() if p.hello.kind != "agent"]
        names = {t for p in peers for t in (*p.gives, *p.takes, *p.hears, *p.watches)} | set(hub.traffic)
        views = []
        for topic in sorted(names):
            seen = hub.traffic.get(topic)
            giving = tuple(sorted({p.name for p in peers if topic in p.gives}))
            taking = tuple(sorted({p.name for p in peers if topic in (*p.takes, *p.hears, *p.watches)}))
            views.append(
                TopicView(topic, seen.messages if seen else 0, seen.payload_bytes if seen else 0, giving, taking)
            )
        return views

    def _answer(self, peer: Peer, answer: Answer) -> None:
        self._hub.say(peer, [encode_word(answer)])

    def _forward(self, identity: bytes, word: Word) -> bool:
        peer = self._hub.roster.peers.get(identity)
        return peer is not None and self._hub.say(peer, [encode_word(word)])

    def _notify(self, notice: Notice) -> None:
        frame = encode_word(notice)
        for peer in self._hub.roster.peers.values():
            if peer.hello.kind == "agent":
                self._hub.say(peer, [frame])
