"""Frontier of a hub: the spans to the hubs of other hosts, and what goes over which of them.

Each hub's log keeps what was sent on its own host, for all consumers wherever they are; a consumer on another host is a
member of its group like any other, reached over a span instead of a socket. So a consumer that moves finds what it had
not finished, and no message is logged twice. Hosts form a star around the one where the call was started: it passes on
what comes from one of the others for a third.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from bus.clock import MS
from bus.codec import topic_frame
from bus.control import Answer, Ask, decode_word, encode_word
from bus.crossing import Afar, Meet, News
from bus.delivered import Delivered
from bus.envelope import Header
from bus.exchange import HEADERS, WHOLE
from bus.group import Item
from bus.parcel import Frames
from bus.roster import Peer
from bus.span import Span

if TYPE_CHECKING:
    from bus.hub import Hub

FAR = "@"
"""Between the name of a peer and its host, in questions and answers."""


class Frontier:
    """All spans of one hub. Belongs to the hub's thread."""

    def __init__(self, hub: Hub, host: str) -> None:
        self.host = host
        self.spans: list[Span] = []
        self._hub = hub
        self._delivered: dict[str, Delivered[Span]] = {}
        self._waiting: dict[str, deque[Frames]] = {}
        """Carried to members here whose sockets are still connecting."""
        self._owed: dict[tuple[str, int], Span] = {}
        """What was passed on from one span to a member behind another, by member and id."""
        self._left: list[tuple[Afar, bool, Span | None]] = []  # who went lately, whether it died, who told us
        self._bulky: set[str] = set()
        self._stirred = False

    def add(self, span: Span) -> None:
        """A span to one more host."""
        self.spans.append(span)

    # --- told by the hub ------------------------------------------------------------------------------------------

    def stirred(self, *, left: Peer | None = None, died: bool = False) -> None:
        """Somebody on this host came, went (`left`), changed its part or its wishes."""
        if not self.spans:
            return
        self._stirred = True
        if left:
            self._delivered.pop(left.member, None)
            self._waiting.pop(left.member, None)
            self._left.append((left.afar, died, None))

    def tick(self, at_ns: int) -> None:
        """Time has passed, or something has come."""
        if self._stirred:
            self._stirred = False
            left, self._left = self._left, []
            for peer in self._hub.roster.peers.values():
                self._bulky.update(peer.hello.bulky)
            for span in self.spans:
                self._tell(span, [(afar, died) for afar, died, heard in left if heard is not span])
        for member, waiting in self._waiting.items():
            while waiting and self._hub.hand_to(member, waiting[0]):
                waiting.popleft()
        for span in self.spans:
            span.receipt()
            span.tick(at_ns)

    @property
    def is_paced(self) -> bool:
        """Whether something waits to cross for nothing but its time."""
        return any(span.freight.is_paced for span in self.spans)

    def carry(self, member: str, item: Item) -> bool:
        """A message of this host's log for a member elsewhere. False when it is nowhere."""
        span = self._home_of(member)
        if span is None:
            return False
        bulky = item.topic in self._bulky
        span.freight.carry(member, list(item.frames), item.id, item.stale_ns, item.topic, bulky=bulky, gen=item.gen)
        return True

    def raise_fence(self, below_gen: int) -> None:
        """A barge-in: nothing older need cross any more."""
        for span in self.spans:
            span.raise_fence(below_gen)

    def delivered(self, member: str, item_id: int) -> None:
        """A member on this host was given a message of this host's log."""
        if self.spans:
            self._delivered.setdefault(member, Delivered()).got(item_id, None)

    def finished(self, peer: Peer, item_id: int) -> bool:
        """A member on this host has finished everything up to a message. False when it never got it."""
        known = self._delivered.get(peer.member)
        done = known.finish(item_id) if known else []
        ours = [each for each, origin in done if origin is None] if done else [item_id]
        self._tell_origins(peer.member, done)
        return self._hub.log.done(peer.group, peer.member, ours[-1]) if ours else True

    def finished_just(self, peer: Peer, item_ids: tuple[int, ...]) -> bool:
        """A member on this host has finished these messages. False when it got none of them."""
        known = self._delivered.get(peer.member)
        done = known.finish_just(item_ids) if known else []
        self._tell_origins(peer.member, done)
        foreign = {each for each, origin in done if origin is not None}
        ours = [each for each in item_ids if each not in foreign]
        return self._hub.log.finish(peer.group, peer.member, ours) if ours else True

    def _tell_origins(self, member: str, done: list[tuple[int, Span | None]]) -> None:
        for span in {origin for _, origin in done if origin is not None}:
            span.finish(member, [each for each, origin in done if origin is span])

    def publish(
        self, topic: str, source: str, frames: Frames, *, state: bool = False, beside: Span | None = None
    ) -> None:
        """A message of the latest or state lane, or a tap's copy, to all other hosts where it is wanted."""
        is_copy = frames[0][:1] in (WHOLE, HEADERS)
        bulky = is_copy or topic in self._bulky
        for span in self.spans:
            if span is not beside and span.open and (state or span.wanted(frames[0])):
                span.publish(frames, source, topic, state=state, bulky=bulky, is_copy=is_copy)

    def post(self, frames: Frames, beside: Span | None = None) -> None:
        """A message of the control lane, to all other hosts; to one that is out of reach as soon as it is back."""
        for span in self.spans:
            if span is not beside:
                span.post(frames)

    def forgotten(self, group: str, beside: Span | None = None) -> None:
        """A consumer is given up, on all hosts."""
        for span in self.spans:
            if span is not beside and span.open:
                span.forget(group)

    def ask(self, ask: Ask, asker: bytes) -> str:
        """A question to "peer@host" goes there. Gives what is wrong."""
        name, _, host = ask.to.rpartition(FAR)
        span = self._span_to(host)
        if span is None or not span.boot:
            return f"the host {host} is not connected"
        span.relay(encode_word(msgspec.structs.replace(ask, to=name, asker=asker.decode())))
        return ""

    def answer(self, answer: Answer) -> None:
        """The answer to a question that came from another host: there, if it is still connected."""
        asker, _, host = answer.to.rpartition(FAR)
        span = self._span_to(host)
        if span is not None:
            span.relay(encode_word(msgspec.structs.replace(answer, to=asker)))

    # --- told by the spans ----------------------------------------------------------------------------------------

    def meet(self, _span: Span) -> Meet:
        return Meet(self.host, self._hub.boot, self._hub.log.below_gen)

    def parted(self, span: Span) -> None:
        for afar in span.peers.values():
            self._hub.log.leave(afar.group, afar.member)
        self.wants(span, frozenset())

    def ready(self, span: Span) -> None:
        self._hub.reception.raise_fence(span.below_gen)
        self._tell(span)

    def news(self, span: Span, before: dict[str, Afar], died: tuple[str, ...]) -> None:
        hub = self._hub
        for member, afar in before.items():
            if member not in span.peers:
                hub.log.leave(afar.group, member, died=member in died)
                if len(self.spans) > 1:
                    self._left.append((afar, member in died, span))
        for afar in span.peers.values():
            self._bulky.update(afar.bulky)
            hub.subscribe_upstream(hub.exchange.declare_state(topic_frame(t) for t in afar.states))
            if afar.active:
                hub.roster.let_speak(afar.name, afar.epoch)
            if afar.takes:
                hub.log.reserve(afar.group, afar.takes)
                if afar.active:
                    hub.log.join(afar.group, afar.member, afar.takes)
        if not before:
            for source, state in hub.exchange.last_values():
                span.publish(state, source, state[0][:-1].decode(), state=True, bulky=False)
        if len(self.spans) > 1:
            self._stirred = True

    def wants(self, span: Span, prefixes: frozenset[bytes]) -> None:
        for prefix in span.wants - prefixes:
            self._hub.subscription(b"\x00" + prefix)
        for prefix in prefixes - span.wants:
            self._hub.subscription(b"\x01" + prefix)

    def carried(self, span: Span, members: tuple[str, ...], frames: Frames, header: Header) -> None:
        if self._is_old(frames, header):
            for member in members:
                span.finish(member, [header.id])
            return
        for member in members:
            known = self._known(member)
            if known is None:
                self._pass_on(span, member, frames, header)
            elif known.has_finished(header.id):
                span.finish(member, [header.id])
            elif not known.has(header.id):
                known.got(header.id, span)
                waiting = self._waiting.setdefault(member, deque())
                if waiting or not self._hub.hand_to(member, frames):
                    waiting.append(frames)

    def handled(self, member: str, ids: tuple[int, ...]) -> None:
        for item_id in ids:
            origin = self._owed.pop((member, item_id), None)
            if origin is not None:
                origin.finish(member, [item_id])
        span = self._home_of(member)
        if span is not None:
            self._hub.log.finish(span.peers[member].group, member, ids)

    def published(self, span: Span, frames: Frames, header: Header) -> None:
        if self._is_old(frames, header):
            return
        state = self._hub.exchange.is_state(frames[0])
        if state and not self._hub.exchange.keep(frames[0], header.source, (header.epoch, header.seq), frames):
            return
        self._hub.publish_here(frames)
        self.publish(frames[0][:-1].decode(), header.source, frames, state=state, beside=span)

    def posted(self, span: Span, frames: Frames, header: Header) -> None:
        if not self._is_old(frames, header):
            self._hub.reception.post_here(frames, header)
            self.post(frames, beside=span)

    def forget(self, span: Span, group: str) -> None:
        self._hub.log.forget(group)
        self.forgotten(group, beside=span)

    def relayed(self, span: Span, frame: bytes) -> None:
        word = decode_word(frame)
        if isinstance(word, Ask):
            away = msgspec.structs.replace(word, asker=f"{word.asker}{FAR}{span.host}")
            self._hub.reception.desk.asked_from_afar(away)
        elif isinstance(word, Answer):
            self._hub.reception.desk.answer(word)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _tell(self, span: Span, left: Sequence[tuple[Afar, bool]] = ()) -> None:
        here = [p.afar for p in self._hub.roster.peers.values() if p.hello.kind != "agent"]
        elsewhere = [afar for other in self.spans if other is not span for afar in other.peers.values()]
        news = News((*here, *elsewhere), tuple(afar.member for afar, died in left if died))
        names = {afar.name for afar, _ in left}
        states = [state for source, state in self._hub.exchange.last_values() if source in names]
        span.tell(news, self._hub.exchange.wanted_besides(span.wants), states)

    def _known(self, member: str) -> Delivered[Span] | None:
        """What a member on this host has in hand; None when it is not here."""
        return self._delivered.setdefault(member, Delivered()) if self._hub.has_outlet(member) else None

    def _home_of(self, member: str) -> Span | None:
        return next((span for span in self.spans if member in span.peers), None)

    def _span_to(self, host: str) -> Span | None:
        return next((span for span in self.spans if span.host == host), None)

    def _is_old(self, frames: Frames, header: Header) -> bool:
        """Whether it comes from a process that was replaced, or from before a barge-in; counted."""
        topic = frames[0][:-1].decode()
        if self._hub.roster.is_zombie(header.source, header.epoch):
            self._hub.tally.add(topic, "zombie")
            return True
        if header.fenced and header.gen < self._hub.log.below_gen:
            self._hub.tally.add(topic, "generation")
            return True
        return False

    def _pass_on(self, span: Span, member: str, frames: Frames, header: Header) -> None:
        """For a member behind another span; one that has just gone is known to its own host's log as gone."""
        home = self._home_of(member)
        if home is not None and home is not span:
            self._owed[member, header.id] = span
            topic = frames[0][:-1].decode()
            stale_ns = header.t + header.ttl * MS if header.ttl else 0
            gen = header.gen if header.fenced else 0
            home.freight.carry(member, frames, header.id, stale_ns, topic, bulky=topic in self._bulky, gen=gen)
