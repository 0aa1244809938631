"""Hub: one small process for each host, through which all messages of its actors go.

It knows topics, sources, generations and sizes, never the content. All that decides is pure and lives elsewhere: the
stream lane in bus/log.py, the latest and state lanes in bus/exchange.py, who is here in bus/roster.py. This file moves
frames between them and the sockets.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bus.clock import MS, now_ns
from bus.codec import Torn, decode_header
from bus.control import Settled, Welcome, encode_word
from bus.envelope import Header
from bus.errors import Broken
from bus.exchange import Exchange
from bus.frontier import Frontier
from bus.gate import Gate
from bus.group import Item
from bus.log import StreamLog
from bus.reception import Reception
from bus.roster import SPEAKING, Peer, Roster
from bus.socket import Kind, Network, SessionKeys, Socket
from bus.tally import Tally
from bus.traffic import HubPorts, Traffic

_log = logging.getLogger(__name__)

BATCH = 256
"""Messages taken from one socket before the others get their turn."""
HOUSEKEEPING_NS = 100 * MS
IDLE_WAIT_MS = 100
WARM_WAIT_MS = 3
"""While messages flow it looks around so often: a process that slept for 20 ms finds its caches cold, and its next message
takes up to 100 us longer. Costs 1 % of a core, only then."""
WARM_NS = 500 * MS
GATHER_NS = 800 * MS
"""Peers of a hub that died try to connect every 200 ms at most, and speak up as soon as they have."""
RETRY_MS = 5
"""A peer that was welcomed needs a moment to connect; what is for it waits."""


class Hub:
    """Binds the sockets at once; `serve` runs until told to stop. Belongs to one thread.

    With a `control_port` it takes the place of a hub that died: its peers come back by themselves. Streams are let in a
    little later, so that all consumers are here before what producers send again could count as handled by all.
    """

    def __init__(
        self, keys: SessionKeys, control_port: int = 0, host: str = "local", wires: Network | None = None
    ) -> None:
        self.network = wires or Network(keys, hub=True)
        self.poller = self.network.poller()
        self.tally = Tally(_log)
        self.roster = Roster()
        self.log = StreamLog(self.tally)
        self.traffic: dict[str, Traffic] = {}
        self.boot = now_ns()
        self.exchange = Exchange(self.boot)
        self.stopping = False
        assert self.network.doorman is not None
        self._doorman = self.network.doorman
        self.poller.add(self._doorman.socket)
        self._control, control = self._open("router", control_port)
        self._stream_in, stream_in = self._open("pull")
        self.gathering_ns = now_ns() + GATHER_NS if control_port else 0
        if self.gathering_ns:
            self.poller.remove(self._stream_in)
        self._latest_in, latest_in = self._open("xsub")
        self._latest_out, latest_out = self._open("xpub")
        self.ports = HubPorts(control, stream_in, latest_in, latest_out)
        self._outlets: dict[str, Socket] = {}
        self._housekeeping_ns = 0
        self._busy_ns = 0
        self.reception = Reception(self)
        self.frontier = Frontier(self, host)
        self.gate = Gate(self)

    def serve(self) -> None:
        """Moves messages until `stopping`; then closes everything."""
        try:
            while not self.stopping:
                self.turn()
        finally:
            self._close()

    def turn(self) -> None:
        """Waits for something to do, and does it."""
        ready = self.poller.wait(self._patience_ms())
        at_ns = now_ns()
        due = at_ns - self._housekeeping_ns > HOUSEKEEPING_NS
        if ready or due or self.log.is_patient or self.frontier.is_paced:
            self._serve(ready)
        if due:
            self._housekeeping_ns = at_ns
            self.frontier.tick(at_ns)
            self.reception.housekeeping(at_ns)
        if self.gathering_ns and (at_ns > self.gathering_ns or self.reception.all_back(at_ns)):
            self.gathering_ns = 0
            self.poller.add(self._stream_in)
            self.reception.succession.gathered()

    def _serve(self, ready: set[int]) -> None:
        if id(self._doorman.socket.raw) in ready:
            self._admit()
        if id(self._control.raw) in ready:
            self._take_control()
        if id(self._stream_in.raw) in ready:
            self.take_streams()
        self.gate.serve(ready)
        self.log.retry(now_ns())
        self._deliver()
        self._settle()
        if id(self._latest_in.raw) in ready:
            self.take_latest()
        if id(self._latest_out.raw) in ready:
            self._take_subscriptions()
        self.frontier.tick(now_ns())

    def _patience_ms(self) -> int:
        is_warm = self.frontier.is_paced or now_ns() - self._busy_ns < WARM_NS
        return RETRY_MS if self.log.is_patient else WARM_WAIT_MS if is_warm else IDLE_WAIT_MS

    def say(self, peer: Peer, frames: list[bytes]) -> bool:
        """Sends control frames to a peer; False when it cannot be reached."""
        return self.say_to(peer.identity, frames)

    def say_to(self, identity: bytes, frames: list[bytes]) -> bool:
        """Sends control frames to whoever has the identity; False when nobody has."""
        return self._control.try_send([identity, *frames])

    def welcome(self, peer: Peer) -> Welcome:
        """What a peer must know to connect its other sockets."""
        at = self.ports
        return Welcome(self.boot, at.stream_in, at.latest_in, at.latest_out, peer.stream_out, self.log.below_gen)

    def open_outlet(self, peer: Peer) -> None:
        """Makes the PUSH through which a peer gets its streams. Raises Broken when the system gives no more sockets."""
        if peer.member not in self._outlets:
            socket = self.network.socket("push")
            try:
                peer.stream_out = socket.bind()
            except Broken:
                socket.close()
                raise
            self._outlets[peer.member] = socket

    def close_outlet(self, peer: Peer) -> None:
        """Drops a peer's PUSH, and what waits in it (the log still has it)."""
        if socket := self._outlets.pop(peer.member, None):
            socket.close()

    def subscribe_upstream(self, frames: list[bytes]) -> None:
        """Passes subscriptions on to those who publish."""
        for frame in frames:
            self._latest_in.try_send([frame])

    def publish_here(self, frames: list[bytes]) -> None:
        """Sends to the subscribers of the latest lane on this host."""
        self._latest_out.try_send(frames)

    def has_outlet(self, member: str) -> bool:
        """Whether a member is on this host."""
        return member in self._outlets

    def hand_to(self, member: str, frames: Sequence[bytes]) -> bool | None:
        """Sends a stream message to a member on this host; False when it takes none now, None when it is not here."""
        outlet = self._outlets.get(member)
        return outlet.try_send(frames) if outlet else None

    def examine(self, frames: list[bytes]) -> tuple[str, Header, Peer] | None:
        """Topic, header and sender of a message that may pass; None (counted) for everything else."""
        try:
            topic, header = decode_header(frames)
        except Torn as torn:
            self.tally.add("?", torn.reason, detail=str(torn))
            return None
        sender = self.roster.sender(header.source, header.epoch)
        if sender is not None and topic in sender.gives and not self.roster.is_zombie(header.source, header.epoch):
            return topic, header, sender
        if self.roster.is_zombie(header.source, header.epoch):
            self.tally.add(topic, "zombie")
        else:
            self.tally.add("?", "undeclared", detail=f"topic={topic!r} source={header.source!r}")
        return None

    def count(self, topic: str, frames: list[bytes]) -> None:
        """Counts a message, and gives taps their copies."""
        self.traffic.setdefault(topic, Traffic()).add(len(frames[2]))
        if self.exchange.is_tapped(frames[0]):
            for copy in self.exchange.copies(frames):
                self.publish_here(copy)
                self.frontier.publish(topic, "", copy)

    def _open(self, kind: Kind, port: int = 0) -> tuple[Socket, int]:
        socket = self.network.socket(kind)
        bound = socket.bind(port)
        self.poller.add(socket)
        return socket, bound

    def _take_control(self) -> None:
        for _ in range(BATCH):
            frames = self._control.try_receive()
            if frames is None:
                return
            self.reception.take(frames[0], frames[1:])

    def take_streams(self) -> bool:
        """Takes what producers have sent into the log, and on to its consumers. Whether there may be more."""
        if self.gathering_ns:
            return False
        self._busy_ns = now_ns()
        frames: list[bytes] | None = None
        for _ in range(BATCH):
            frames = self._stream_in.try_receive()
            if frames is None:
                break
            if len(frames) == 2 and frames[0].startswith(SPEAKING):
                self.reception.take(frames[0], frames[1:])
            else:
                self._take_ordered(frames)
        self._settle()
        return frames is not None

    def _take_ordered(self, frames: list[bytes]) -> None:
        """A stream message, or a state."""
        if (passed := self.examine(frames)) is None:
            return
        topic, header, sender = passed
        if self.exchange.is_state(frames[0]):
            self._show(frames, topic, header)
        elif self.log.append(Item.of(frames, topic, header, sender.identity)):
            self._deliver()
            self.count(topic, frames)

    def _deliver(self) -> None:
        for member, item in self.log.outgoing(now_ns()):
            sent = self.hand_to(member.name, item.frames)
            if sent:
                self.frontier.delivered(member.name, item.id)
            elif sent is False or not self.frontier.carry(member.name, item):
                self.log.take_back(member)

    def _settle(self) -> None:
        for producer, last in self.log.settled():
            self._control.try_send([producer, encode_word(Settled(last))])

    def take_latest(self) -> None:
        """Takes what was published, on to its subscribers."""
        self._busy_ns = now_ns()
        for _ in range(BATCH):
            if (frames := self._latest_in.try_receive()) is None:
                return
            if passed := self.examine(frames):
                self._show(frames, *passed[:2])

    def _show(self, frames: list[bytes], topic: str, header: Header) -> None:
        """A message of the latest or state lane to whoever watches."""
        if header.fenced and header.gen < self.log.below_gen:
            self.tally.add(topic, "generation")
            return
        state = self.exchange.is_state(frames[0])
        if state and not self.exchange.keep(frames[0], header.source, (header.epoch, header.seq), frames):
            return  # sent again: everybody has it
        self.publish_here(frames)
        self.frontier.publish(topic, header.source, frames, state=state)
        self.count(topic, frames)

    def _take_subscriptions(self) -> None:
        for _ in range(BATCH):
            frames = self._latest_out.try_receive()
            if frames is None:
                return
            self.subscription(b"".join(frames))
            self.frontier.stirred()

    def subscription(self, frame: bytes) -> None:
        """Somebody begins or ends to watch topics of the latest lane, on this host or another."""
        try:
            upstream, replay = self.exchange.subscription(frame)
        except Torn as torn:
            self.tally.add("?", torn.reason, detail=str(torn))
            return
        self.subscribe_upstream(upstream)
        for copy in replay:
            self.publish_here(copy)

    def _admit(self) -> None:
        refused = self._doorman.admit()
        if refused:
            self.tally.add("?", "refused", refused, detail="a connection without the session's key")

    def _close(self) -> None:
        self.gate.close()
        for socket in (*self._outlets.values(), self._control, self._stream_in, self._latest_in, self._latest_out):
            socket.close()
        self.network.close()
