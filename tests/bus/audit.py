"""Audit of the hub's model: what must come of everything that was produced, and what must never happen on the way.

It looks at what processes handle and at what the hub lets in, and keeps a plain account. Loss is excused only where the
only copies died: what a killed producer had not yet brought to the hub, what a dead process left with a hub that died too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from bus.codec import decode_header
from bus.control import Activate, Post, Welcome, decode_word
from bus.envelope import Header
from bus.group import Group, Item, Member
from bus.hub import Hub
from bus.messages import Cut
from bus.messages.message import Message
from tests.bus.lives import Echo, Fact, Fruit, Life, Seed
from tests.bus.wires import WireSocket

if TYPE_CHECKING:
    from tests.bus.small_call import SmallCall

Content = tuple[str, str, int, int]
"""What a message of the model is, whoever made it: its type, origin, n and k."""
ROOT_TOPICS = (b"model.seed\0", b"model.fact\0")
KINDS = {kind.spec.topic: kind for kind in (Seed, Fact, Fruit, Echo)}


def content_of(message: Message) -> Content:
    assert isinstance(message, Seed | Fact | Fruit | Echo)
    return type(message).__name__, message.origin, message.n, getattr(message, "k", 0)


class Audit:
    """The account of one run."""

    def __init__(self, world: SmallCall) -> None:
        self._world = world
        self.hubs = 0
        self.known_gen: dict[str, int] = defaultdict(int)
        """The fence that a process was told of."""
        self.speaking: dict[str, int] = defaultdict(int)
        """The newest epoch of each name that this hub has activated."""
        self.produced: dict[tuple[str, int], tuple[Seed | Fact, int]] = {}
        """What must be handled, with its generation (0: none)."""
        self.let_in: set[int] = set()
        """Ids that this hub has taken into its log."""
        self.ever_let_in: set[int] = set()
        self._sent: dict[bytes, list[int]] = defaultdict(list)
        self.excused: set[tuple[str, int]] = set()
        self.excused_worker: set[tuple[str, int]] = set()
        self.eaten: dict[Content, tuple[int, int, str]] = {}
        """What the sink has handled: the message's id, its parent's, and whose life it was."""
        self.may_repeat: set[Content] = set()
        self._newest: dict[tuple[str, ...], tuple[int, int]] = {}
        self._handled: set[tuple[str, int]] = set()
        self.drops: dict[str, int] = defaultdict(int)

    # --- what processes handle ------------------------------------------------------------------------------------

    def told(self, owner: str, frames: Sequence[bytes]) -> None:
        """A control word has reached a process."""
        match decode_word(frames[0]):
            case Welcome(below_gen=gen) | Activate(below_gen=gen):
                self.known_gen[owner] = max(self.known_gen[owner], gen)
            case Post() if frames[1] == b"turn-manager.cut\0":
                _, header = decode_header(frames[1:])
                cut = msgspec.msgpack.decode(header.body, type=Cut)
                self.known_gen[owner] = max(self.known_gen[owner], cut.below_gen)
            case _:
                pass

    def handled(self, life: Life, header: Header, message: Message) -> None:
        """A process handles a message of the stream lane."""
        assert not header.fenced or header.gen >= self.known_gen[life.owner], "an old generation after the fence"
        assert (life.owner, header.id) not in self._handled, "twice in one life"
        self._handled.add((life.owner, header.id))
        if life.group == "s":
            self._eat(life, header, content_of(message))

    def _eat(self, life: Life, header: Header, content: Content) -> None:
        if content in self.eaten:
            assert content in self.may_repeat, f"{content} was handled by {self.eaten[content][2]} already"
            self.may_repeat.discard(content)
            self.eaten[content] = (header.id, header.parent, life.owner)
            return
        self.eaten[content] = (header.id, header.parent, life.owner)
        kind, origin, n, k = content
        self._in_order(("from", header.source, str(header.epoch)), (header.t, 0), content)
        if kind == "Fact" or not self._world.has_replicas:
            self._in_order(("of", origin, str(kind == "Fact")), (n, k), content)

    def _in_order(self, key: tuple[str, ...], place: tuple[int, int], content: Content) -> None:
        assert self._newest.get(key, (0, -1)) < place, f"{content} is out of order among {key}"
        self._newest[key] = place

    # --- what the hub does ----------------------------------------------------------------------------------------

    def watch(self, hub: Hub) -> None:
        """A new hub."""
        self.hubs += 1
        self.let_in = set()
        self._sent.clear()
        self.speaking.clear()
        log = hub.log
        append, drop, forget = log.append, log._drop, log.forget

        def watched_append(item: Item) -> bool:
            good = append(item)
            self._appended(hub, item, good)
            return good

        def watched_drop(group: Group, item: Item, reason: str) -> None:
            self._dropped(hub, item, reason)
            drop(group, item, reason)

        def watched_forget(group: str) -> None:
            assert group == "w"
            known = log.groups.get(group)
            flying = [item for m in known.members.values() for item in m.flying] if known else []
            self.excused_worker |= set(roots([*known.waiting, *flying] if known else []))
            forget(group)

        log.append, log._drop, log.forget = watched_append, watched_drop, watched_forget  # type: ignore[method-assign]
        self._watch_what_leaves(hub)

    def _watch_what_leaves(self, hub: Hub) -> None:
        log = hub.log
        outgoing, settled, finish = log.outgoing, log.settled, log.finish

        def watched_finish(group: str, member: str, ids: Iterable[int]) -> bool:
            for life in self._world.lives:
                assert life.owner != member or not any(map(life.unit.holds, ids)), "acknowledged, and still held"
            return finish(group, member, ids)

        def watched_outgoing(now_ns: int) -> Iterator[tuple[Member, Item]]:
            for member, item in outgoing(now_ns):
                assert not 0 < item.gen < log.below_gen, "an old generation was let out"
                assert not 0 < item.stale_ns < now_ns, "a stale one was let out"
                yield member, item

        def watched_settled() -> Iterator[tuple[bytes, int]]:
            for producer, last in settled():
                self._settled(hub, producer, last)
                yield producer, last

        log.outgoing, log.settled = watched_outgoing, watched_settled  # type: ignore[method-assign]
        log.finish = watched_finish  # type: ignore[method-assign]

    def _settled(self, hub: Hub, producer: bytes, last: int) -> None:
        sent = self._sent[producer]
        upto = set(sent[: sent.index(last) + 1])
        for group in hub.log.groups.values():
            owed = [*group.waiting, *(item for member in group.members.values() for item in member.flying)]
            assert not any(item.id in upto for item in owed), "settled, and somebody has still to handle it"

    def _appended(self, hub: Hub, item: Item, good: bool) -> None:
        self._sent[item.producer].append(item.id)
        self.let_in.add(item.id)
        self.ever_let_in.add(item.id)
        if not good:
            return
        _, header = decode_header(item.frames)
        assert header.epoch >= self.speaking[header.source], "a zombie was let in"
        for life in self._world.lives:
            told = life.name != "boss" and life.owner.encode() in hub.roster.peers
            assert not header.fenced or not told or header.gen >= life.link.below_gen, "the hub forgot the fence"
        if self._world.forgotten and "w" not in hub.log.groups:
            self.excused_worker |= set(roots([item]))

    def activated(self, name: str, epoch: int) -> None:
        """The hub tells a process that it is its turn."""
        self.speaking[name] = max(self.speaking[name], epoch)

    def _dropped(self, hub: Hub, item: Item, reason: str) -> None:
        self.drops[reason] += 1
        match reason:
            case "generation":
                assert 0 < item.gen < self._world.gen, "dropped as old, and is not"
            case "stale":
                assert 0 < item.stale_ns < self._world.air.at_ns, "dropped as stale, and is not"
            case "poison":
                assert self._world.deaths >= 3
                self.excused |= set(roots([item]))
            case _:
                raise AssertionError(reason)

    # --- what may be lost, what may come twice --------------------------------------------------------------------

    def dies(self, life: Life, *, killed: bool) -> None:
        """A process is about to end. What only it had is gone with it."""
        world = self._world
        frames = list(life.link._uplink._outbox)
        home, hub = life.link._home, world.hub
        cut_off = hub is None or home is None or home.boot != hub.boot or hub.gathering_ns
        for one in frames:
            _, header = decode_header(one)
            had = header.id in self.ever_let_in  # by a hub that is dead: its cause may be settled
            gone = header.id not in self.let_in and (header.parent == 0 or had)
            if (killed or cut_off) and gone:
                self.excused |= set(roots_of_frames([one]))
        if life.group == "s":
            self._sink_dies(life)

    def reported(self, life: Life) -> None:
        """The hub is about to be told that a process has ended; what has not even reached the hub by then is not heard."""
        for line in self._world.air.lines:
            roots_under_way = [f for f in line.up if line.peer.owner == life.owner and f[0] in ROOT_TOPICS]
            self.excused |= set(roots_of_frames(roots_under_way))

    def _sink_dies(self, life: Life) -> None:
        hub = self._world.hub
        again = self.outboxes(self._world.lives) - self.let_in
        kept = set(again)
        for group in hub.log.groups.values() if hub else ():
            flying = [item for member in group.members.values() for item in member.flying]
            ids = {item.id for item in (*group.waiting, *flying)}
            (kept if group.name == "s" else again).update(ids)
        self._may_come_again({life.owner}, kept, again)

    def hub_dies(self, hub: Hub) -> None:
        """The hub is about to die. What no living process has any more is gone with it."""
        safe = self.outboxes(self._world.living)
        for items in hub.log._unsettled.values():
            self.excused |= set(roots(item for item in items if (item.first or item).pending and item.id not in safe))
        under_way = [frames for line in self._world.air.lines for frames in line.up if line.peer.closed]
        arrived = hub._stream_in.waiting if isinstance(hub._stream_in, WireSocket) else ()
        streams = [f for f in (*under_way, *arrived) if len(f) == 3 and f[0].startswith(b"model.")]
        self.excused |= set(roots_of_frames(f for f in streams if decode_header(f)[1].id not in safe))
        self.let_in = set()
        every = self.outboxes(self._world.lives)
        dead = {owner for _, _, owner in self.eaten.values()} - {life.owner for life in self._world.lives}
        self._may_come_again(dead, every, every)

    def _may_come_again(self, owners: set[str], kept: set[int], again: set[int]) -> None:
        """To the successor of a dead sink: what is still kept, and what may be made anew for a hub that never had it."""
        for content, (number, parent, owner) in self.eaten.items():
            if owner in owners and (number in kept or (parent in again and number not in self.let_in)):
                self.may_repeat.add(content)

    def outboxes(self, lives: Iterable[Life]) -> set[int]:
        """Ids of what these processes would send again."""
        every = (frames for life in lives for frames in life.link._uplink._outbox)
        return {decode_header(frames)[1].id for frames in every}

    # --- the end --------------------------------------------------------------------------------------------------

    def nothing_is_missing(self) -> None:
        """Everything of the live generation has been handled by the sink."""
        for root, (message, gen) in self.produced.items():
            if root in self.excused or 0 < gen < self._world.gen:
                continue
            _, origin, n, _ = content_of(message)
            wanted = []
            if root not in self.excused_worker:
                wanted = [("Fruit", 0), ("Fruit", 1)] if isinstance(message, Seed) else [("Echo", 0)]
            if isinstance(message, Fact):
                wanted.append(("Fact", 0))
            for kind, k in wanted:
                assert (kind, origin, n, k) in self.eaten, f"lost: {kind} {origin} {n} {k}"


def roots(items: Iterable[Item]) -> Iterable[tuple[str, int]]:
    """Which produced messages these came of."""
    return roots_of_frames(item.frames for item in items)


def roots_of_frames(many: Iterable[Sequence[bytes]]) -> Iterable[tuple[str, int]]:
    for frames in many:
        topic, header = decode_header(frames)
        kind = KINDS.get(topic)
        if kind:
            content = content_of(msgspec.msgpack.decode(header.body, type=kind))
            yield content[1], content[2]
