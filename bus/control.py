"""Control words between a hub and its peers (actors, host agents, command lines), on the control lane."""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from bus.codec import UNREADABLE
from bus.errors import Broken, Wrong

T = TypeVar("T")

PeerKind = Literal["actor", "agent", "client"]


class Word(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Base of all control words."""


class Hello(Word, frozen=True, omit_defaults=True):
    """Peer to hub: I am here. An actor says it in standby, before it takes part."""

    name: str
    """Of the process: replicas of an actor have names of their own, such as "tts#1"."""
    epoch: int
    kind: PeerKind
    pid: int
    takes: tuple[str, ...] = ()
    """Topics of the stream lane that it wants, from now on."""
    gives: tuple[str, ...] = ()
    """Topics that it may send."""
    hears: tuple[str, ...] = ()
    """Topics of the control lane that it wants."""
    watches: tuple[str, ...] = ()
    """Topics of the latest and state lanes that it wants."""
    states: tuple[str, ...] = ()
    """Topics among `gives` whose last value the hub keeps."""
    bulky: tuple[str, ...] = ()
    """Topics among `gives` that are large, and may wait for the others between hosts."""
    active: bool = False
    """It took part already: the hub is the one that is new."""
    group: str = ""
    """The actor that it is a process of; all of a group share its streams. Empty: the name."""
    below_gen: int = 0
    """The fence as it knows it; a new hub learns it from its peers."""


class Welcome(Word, frozen=True, omit_defaults=True):
    """Hub to peer: where the other sockets are."""

    boot: int
    """Changes with each start of the hub."""
    stream_in: int
    """Port of the hub's PULL."""
    latest_in: int
    """Port of the hub's XSUB."""
    latest_out: int
    """Port of the hub's XPUB."""
    stream_out: int = 0
    """Port of the PUSH made for this peer; 0 when it takes no streams."""
    below_gen: int = 0
    """The fence as it stands."""


class Ready(Word, frozen=True, omit_defaults=True):
    """Actor to hub: loaded, in standby."""


class Activate(Word, frozen=True, omit_defaults=True):
    """Hub to actor: it is your turn; un-acknowledged work of the one before you follows."""

    below_gen: int = 0
    """The fence as it stands now."""
    remembered: tuple[tuple[bytes, bytes, bytes], ...] = ()
    """Frames of the last value of each state that this name sent before."""


class Active(Word, frozen=True, omit_defaults=True):
    """Actor to hub: devices taken, running."""


class Drain(Word, frozen=True, omit_defaults=True):
    """Hub to actor: finish the unit in hand, then say bye."""


class Stop(Word, frozen=True, omit_defaults=True):
    """Hub to peer: end now, cleanly."""


class Bye(Word, frozen=True, omit_defaults=True):
    """Peer to hub, after all its streams: I am gone. `what` and `todo` when it failed; `hopeless`: a restart cannot help."""

    what: str = ""
    todo: str = ""
    hopeless: bool = False
    exit_code: int = 1


class Reserve(Word, frozen=True, omit_defaults=True):
    """Host agent to hub: keep streams for these consumers (their topics), though none of their processes has come yet."""

    takes: dict[str, tuple[str, ...]]


class Done(Word, frozen=True, omit_defaults=True):
    """Client to hub: everything that came up to this id is handled. It travels with the streams of its process, in order."""

    id: int


class Handled(Word, frozen=True, omit_defaults=True):
    """Actor to hub, after its streams: just these are handled. Another hub may have handed them out in another order."""

    ids: tuple[int, ...]


class Settled(Word, frozen=True, omit_defaults=True):
    """Hub to producer: all consumers have handled everything up to this id; it need not be kept for a new hub."""

    id: int


class Post(Word, frozen=True, omit_defaults=True):
    """A message of the control lane; its three frames follow."""


class Drops(msgspec.Struct, frozen=True, array_like=True):
    """How many messages of a topic were dropped for one reason."""

    topic: str
    reason: str
    count: int


class Pulse(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a peer is doing, in its heartbeat."""

    rate_hz: float = 0.0
    """Messages handled a second, over the last seconds."""
    queue: int = 0
    """Stream messages that wait in it."""
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    """Time of a handler."""
    lag_ms: float = 0.0
    """How late its event loop runs."""
    handled: int = 0
    drops: tuple[Drops, ...] = ()
    stuck_ms: float = 0.0
    """For how long its event loop has not come round; 0 while it does."""
    busy_ms: float = 0.0
    """How long it has had the message in hand; a long model call off the loop counts, and so does waiting for room."""


class Beat(Word, frozen=True, omit_defaults=True):
    """Peer to hub, once a second."""

    pulse: Pulse = Pulse()


class Who(Word, frozen=True, omit_defaults=True):
    """Hub to peer: I do not know you (I am new); say hello."""


class Notice(Word, frozen=True, omit_defaults=True):
    """Hub to host agents: what became of a peer."""

    name: str
    epoch: int
    event: Literal["hello", "ready", "active", "gone"]
    what: str = ""
    todo: str = ""
    hopeless: bool = False
    exit_code: int = 1


class Ask(Word, frozen=True, omit_defaults=True):
    """A question to a peer ("hub" is one): `verb` with msgpack arguments."""

    number: int
    to: str
    verb: str
    args: msgspec.Raw = msgspec.Raw(b"\xc0")
    asker: str = ""
    """Filled by the hub."""


class Answer(Word, frozen=True, omit_defaults=True):
    """The answer to a question; `what` and `todo` are filled when it failed."""

    number: int
    to: str
    body: msgspec.Raw = msgspec.Raw(b"\xc0")
    what: str = ""
    todo: str = ""
    exit_code: int = 1


AnyWord = (
    Hello
    | Welcome
    | Ready
    | Activate
    | Active
    | Drain
    | Stop
    | Bye
    | Reserve
    | Done
    | Handled
    | Settled
    | Post
    | Beat
    | Who
    | Notice
    | Ask
    | Answer
)


class ActorCall(msgspec.Struct, frozen=True):
    """Arguments of the hub's verbs: "activate", "drain", "gone" and "stop" one incarnation of a process; "forget" or "erase" a whole group."""

    name: str
    epoch: int = 0


class HostCall(msgspec.Struct, frozen=True):
    """Arguments of the hub's verbs "connect" and "leave": another host, and the ports of this machine that lead to its hub."""

    host: str
    swift: int = 0
    bulky: int = 0


class PeerView(msgspec.Struct, frozen=True):
    """One peer in the hub's answer to "peers"."""

    name: str
    epoch: int
    kind: PeerKind
    pid: int
    phase: str
    pulse: Pulse
    waiting: int
    """Stream messages that the hub holds for its group."""
    silent_ms: float
    """Since its last heartbeat."""
    group: str = ""
    """The actor that it is a process of."""


class TopicView(msgspec.Struct, frozen=True):
    """One topic in the hub's answer to "topics"."""

    topic: str
    messages: int
    payload_bytes: int
    given_by: tuple[str, ...]
    taken_by: tuple[str, ...]
    lane: str = ""
    """Empty when nobody takes it."""
    taps: int = 0
    """How many watch copies of it."""


class HubView(msgspec.Struct, frozen=True):
    """The hub's answer to "hub". `boot` changes with each start; the copies that it makes carry it."""

    pid: int
    boot: int
    uptime_s: float
    below_gen: int
    drops: tuple[Drops, ...]


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[AnyWord] = msgspec.msgpack.Decoder(AnyWord)


def encode_word(word: Word) -> bytes:
    """One frame."""
    return _encoder.encode(word)


def decode_word(frame: bytes) -> AnyWord:
    """The word of a frame. Raises Broken for anything that is not one."""
    try:
        return _decoder.decode(frame)
    except UNREADABLE as error:
        raise Broken(f"not a control word: {error}") from None


def arguments_of(ask: Ask, kind: type[T]) -> T:
    """The arguments of a verb. Raises Wrong for anything that is not what the verb takes."""
    try:
        return msgspec.msgpack.decode(ask.args, type=kind)
    except UNREADABLE as error:
        raise Wrong(f"bad arguments of {ask.verb}: {error}", "is this avatar newer than the running call?") from None
