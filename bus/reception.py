"""Reception of a hub: understands the control words of its peers, keeps the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.admission import MAX_WORD_BYTES, Admission
from bus.clock import MS, now_ns
from bus.codec import Torn, decode_body, topic_frame
from bus.control import (
    Active,
    Answer,
    AnyWord,
    Ask,
    Beat,
    Bye,
    Done,
    Handled,
    Hello,
    Notice,
    Post,
    Ready,
    Reserve,
    Stop,
    Who,
    decode_word,
    encode_word,
)
from bus.desk import Desk
from bus.early import Early
from bus.envelope import Header
from bus.errors import Broken
from bus.messages import Cut
from bus.orphan import OrphanHub
from bus.roster import Peer, identity_of, owner_of
from bus.succession import Succession

if TYPE_CHECKING:
    from bus.hub import Hub

LAST_BATCHES = 100
"""How much of what waits in the hub's socket is looked through for the last words of a process that ended."""

SOONEST_NS = 300 * MS
"""Whoever is alive has tried to connect to a new hub by then: observers, too, of whom nobody else knows."""


class Reception:
    """Hears what peers say on the control lane of one hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.desk = Desk(hub, self)
        self._early = Early()
        self.orphan = OrphanHub(hub)
        self.succession = Succession(hub)
        self._admission = Admission()
        self._awaited: set[str] = set()
        """Consumers that the host agent, or whoever has the plan, asked this hub to keep streams for."""

    def take(self, sender: bytes, frames: list[bytes]) -> None:
        """One control message: a word, and for a post its three frames."""
        identity = owner_of(sender)
        peer = self._hub.roster.peers.get(identity)
        if frames and len(frames[0]) > MAX_WORD_BYTES:
            self._hub.tally.add("?", "oversize", detail=f"a control word of {len(frames[0])} bytes")
            return
        try:
            word = decode_word(frames[0] if frames else b"")
        except Broken as error:
            self._hub.tally.add("?", "control", detail=error.what)
            return
        if isinstance(word, Hello):
            self._hello(word, identity)
        elif peer:
            peer.seen_ns = now_ns()
            self._understand(word, peer, frames[1:])
        elif not isinstance(word, Bye):
            if not isinstance(word, Beat):
                self._early.keep(identity, frames)
            self._hub.say_to(identity, [encode_word(Who())])

    def housekeeping(self, at_ns: int) -> None:
        """Forgets command lines and host agents that vanished without a word; ends a call that nobody looks after."""
        self.orphan.look(at_ns)
        for peer in self._hub.roster.silent(at_ns):
            self.gone(peer, Bye(), died=False)

    def bury(self, name: str, epoch: int) -> int:
        """A host agent saw processes end (0: every one of that name), and gives how many the hub knew. What they still
        sent counts; what comes of them later does not, not even a hello that was on its way."""
        hub = self._hub
        for _ in range(LAST_BATCHES):
            if not hub.take_streams():
                break
        dead = [peer for peer in hub.roster.named(name) if epoch in (0, peer.hello.epoch)]
        for last in (epoch, *(peer.hello.epoch for peer in dead)):
            hub.roster.bury(name, last)
        for peer in dead:
            self.gone(peer, Bye(), died=True)
        return len(dead)

    def gone(self, peer: Peer, bye: Bye, *, died: bool) -> None:
        """A peer has gone; its successor's turn may have come. `died`: it did not go because it was told to."""
        hub = self._hub
        name = peer.hello.name
        hub.take_latest()  # its last state counts: its successor is to get that
        hub.roster.remove(peer.identity)
        hub.close_outlet(peer)
        hub.log.leave(peer.group, peer.member, died=died)
        hub.frontier.stirred(left=peer, died=died)
        if peer.hello.kind == "client" and not hub.roster.has_group(peer.group):
            hub.log.forget(peer.group)
        self._notify(Notice(name, peer.hello.epoch, "gone", bye.what, bye.todo, bye.hopeless, bye.exit_code))
        self.succession.gone(name)

    def _understand(self, word: AnyWord, peer: Peer, rest: list[bytes]) -> None:
        match word:
            case Done() | Handled():
                self._acknowledged(word, peer)
            case Beat(pulse):
                peer.pulse = pulse
            case Post():
                self._post(peer, rest)
            case Ready():
                self._ready(peer)
            case Active():
                self._active(peer)
            case Reserve():
                self._reserve(word)
            case Bye():
                self.gone(peer, word, died=bool(word.what))
            case Ask():
                self.desk.ask(peer, word)
            case Answer():
                self.desk.answer(word)
            case _:
                self._hub.tally.add("?", "control", detail=f"word={type(word).__name__} is not for a hub")

    def all_back(self, at_ns: int) -> bool:
        """Whether a new hub needs to wait no longer: all consumers that are known take part, and others had their time."""
        groups = self._hub.log.groups
        late = at_ns - self._hub.boot > SOONEST_NS
        return late and bool(self._awaited) and all(name in groups and groups[name].members for name in self._awaited)

    def _reserve(self, word: Reserve) -> None:
        self._awaited.update(word.takes)
        for group, topics in word.takes.items():
            self._hub.log.reserve(group, topics)

    def _acknowledged(self, word: Done | Handled, peer: Peer) -> None:
        frontier = self._hub.frontier
        known = frontier.finished(peer, word.id) if isinstance(word, Done) else frontier.finished_just(peer, word.ids)
        if not known:
            self._hub.tally.add("?", "unknown-ack")

    def _hello(self, hello: Hello, identity: bytes) -> None:
        """Answers are sent to the identity, and messages are let in by the name: one must be made from the other."""
        hub = self._hub
        if identity != identity_of(hello.name, hello.epoch):
            hub.tally.add("?", "identity", detail=f"name={hello.name!r}")
            return
        if hub.roster.is_zombie(hello.name, hello.epoch):
            hub.tally.add("?", "zombie", detail=f"name={hello.name!r} epoch={hello.epoch} said hello")
            hub.say_to(identity, [encode_word(Stop())])
            return
        known = hub.roster.peers.get(identity)
        if refusal := self._admission.refusal(hello, len(hub.roster.peers), known=known is not None):
            hub.tally.add("?", refusal, detail=f"name={hello.name!r} said hello")
            return
        self.raise_fence(hello.below_gen)
        peer = hub.roster.add(hello, identity, now_ns())
        hub.subscribe_upstream(hub.exchange.declare_state(topic_frame(t) for t in hello.states))
        if hello.takes:
            try:
                hub.open_outlet(peer)
            except Broken as error:  # strangers hold all connections that the system gives us: it says hello again
                hub.tally.add("?", "crowded", detail=error.what)
                hub.roster.remove(identity)
                return
            hub.log.reserve(peer.group, hello.takes)
        hub.frontier.stirred()
        if peer.phase == "active":
            self._take_part(peer)
        hub.say(peer, [encode_word(hub.welcome(peer))])
        if known is None:
            for notice in _news_of(peer):
                self._notify(notice)
            if hello.kind == "agent":
                self._brief(peer)
            for frames in self._early.take(peer.identity):
                self._understand(decode_word(frames[0]), peer, frames[1:])

    def _brief(self, agent: Peer) -> None:
        """A host agent that comes late (the hub is new) hears of everybody who was here before it."""
        for other in self._hub.roster.peers.values():
            if other is not agent:
                for notice in _news_of(other):
                    self._hub.say(agent, [encode_word(notice)])

    def _take_part(self, peer: Peer) -> None:
        hub = self._hub
        hub.frontier.stirred()
        if peer.hello.takes:
            hub.log.join(peer.group, peer.member, peer.hello.takes)
        for other in hub.roster.named(peer.hello.name):  # after a restart of the hub a zombie may have come first
            if hub.roster.is_zombie(other.hello.name, other.hello.epoch) and other.phase == "active":
                other.phase = "draining"
                hub.log.leave(other.group, other.member)
                hub.say(other, [encode_word(Stop())])

    def _ready(self, peer: Peer) -> None:
        if not peer.ready:
            peer.ready = True
            self._notify(Notice(peer.hello.name, peer.hello.epoch, "ready"))

    def _active(self, peer: Peer) -> None:
        """Its devices are open: now it gets its streams. Not before, or one that fails to open would seem poisoned."""
        if peer.phase == "starting":
            peer.phase = "active"
            self._take_part(peer)
            self._notify(Notice(peer.hello.name, peer.hello.epoch, "active"))

    def _post(self, peer: Peer, frames: list[bytes]) -> None:
        hub = self._hub
        passed = hub.examine(frames)
        if passed is None:
            return
        topic, header, _ = passed
        if self.post_here(frames, header, peer):
            hub.frontier.post(frames)
            hub.count(topic, frames)

    def raise_fence(self, below_gen: int) -> None:
        """Whatever is fenced below the generation is void: told by another host when they met, or by a peer. A new hub
        knows no fence, and the cut that raised it may have died with the hub before, half told."""
        hub = self._hub
        if below_gen > hub.log.below_gen:
            self._fence(below_gen)
            for other in hub.roster.peers.values():
                hub.say(other, [encode_word(hub.welcome(other))])

    def post_here(self, frames: list[bytes], header: Header, sender: Peer | None = None) -> bool:
        """A message of the control lane, to all who hear it on this host. False when it cannot be read."""
        hub = self._hub
        topic = frames[0][:-1].decode()
        cuts = topic == Cut.spec.topic
        if cuts:
            try:
                cut = decode_body(Cut, header, b"")
            except Torn as torn:
                hub.tally.add(topic, torn.reason, detail=str(torn))
                return False
            assert isinstance(cut, Cut)
            self._fence(cut.below_gen)
        word = encode_word(Post())
        for other in hub.roster.peers.values():
            fences = cuts and other.hello.kind == "actor"
            hears = topic in other.hello.hears and other.phase != "standby"
            if (fences or hears) and other is not sender:
                hub.say(other, [word, *frames])
        return True

    def _fence(self, below_gen: int) -> None:
        self._hub.log.raise_fence(below_gen)
        self._hub.frontier.raise_fence(below_gen)

    def _notify(self, notice: Notice) -> None:
        frame = encode_word(notice)
        for peer in self._hub.roster.peers.values():
            if peer.hello.kind == "agent":
                self._hub.say(peer, [frame])


def _news_of(peer: Peer) -> list[Notice]:
    """What a host agent must know of a peer that is here. One that took part before this hub was there is active."""
    name, epoch = peer.hello.name, peer.hello.epoch
    news = [Notice(name, epoch, "hello")]
    if peer.ready:
        news.append(Notice(name, epoch, "ready"))
    if peer.phase == "active" and peer.hello.kind == "actor":
        news.append(Notice(name, epoch, "active"))
    return news
