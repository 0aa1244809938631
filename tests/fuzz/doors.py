"""Doors through which bytes from outside come in: each with valid samples, and with the errors that it may answer."""

from __future__ import annotations

import io
import typing
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from actors.asr.phrases import read_phrases
from actors.face_pack import FacePack
from actors.llm.persona_file import read_persona
from actors.vad.wav_header import promised_frames
from actors.web.door import Door as PageDoor
from actors.web.inbox import Inbox
from actors.web.visit import Visit
from bus.arrivals import Arrivals
from bus.codec import Torn, decode_body, decode_header, encode, encode_body, topic_frame
from bus.control import ActorCall, AnyWord, Ask, arguments_of, decode_word
from bus.crossing import AnyCrossing, decode_crossing
from bus.envelope import Header, Hop
from bus.errand import Errand, read_errand
from bus.errors import Broken, Wrong
from bus.exchange import Exchange
from bus.messages.message import Message
from bus.recording import FORMAT, AnyEntry, Begin, Reader
from bus.socket import SessionKeys
from bus.tally import Tally
from remote.copy import as_json, read_copy
from remote.journal import entries_of
from remote.kinds import KINDS
from remote.session import Ending, Running, Session
from tests.fuzz.samples import sample_of
from topology.reading import examine, read_plan

TOPOLOGY = Path(__file__).parents[2] / "topology"


@dataclass(frozen=True)
class Door:
    """One decoder. `take` may raise nothing but `errors`. `weight`: how much of a run is its share."""

    name: str
    take: Callable[[bytes], object]
    samples: Sequence[bytes]
    errors: tuple[type[Exception], ...] = ()
    form: str = ""
    weight: int = 50


class Silent(Tally):
    """A tally that counts, and logs nothing."""

    def __init__(self) -> None:
        import logging

        log = logging.getLogger("fuzz")
        log.disabled = True
        super().__init__(log)


def header_of(message: Message) -> Header:
    """A header with something in every field."""
    hops = (Hop("vad", 1, 2), Hop("asr", 3, 4, "gpu"))
    body = encode_body(message)
    return Header(
        v=1, id=7, source="tts", epoch=3, seq=9, t0=1, t=2, host="local", parent=4, turn=5, gen=6, trace=hops, body=body
    )


def frames_of(kind: type[Message]) -> list[bytes]:
    """A valid message of a kind, as it is on the wire."""
    message = sample_of(kind)
    return encode(header_of(message), message)


def doors(folder: Path) -> Iterator[Door]:
    """Every decoder. `folder`: for those that read files."""
    yield from wire_doors()
    yield from page_doors()
    yield from file_doors(folder)
    yield from told_doors(folder)


def wire_doors() -> Iterator[Door]:
    """What comes over the sockets of the bus."""
    frames = {topic: frames_of(kind) for topic, kind in KINDS.items()}
    headers = [f[1] for f in frames.values()]

    def header(data: bytes) -> None:
        decode_header([b"tts.audio\0", data, b""])

    def topic(data: bytes) -> None:
        decode_header([data, headers[0], b""])

    yield Door("header", header, headers, (Torn,), "msgpack")
    yield Door("topic", topic, [f[0] for f in frames.values()], (Torn,), weight=20)
    for name, kind in KINDS.items():
        yield Door(f"body {name}", _body(kind), [bytes(header_of(sample_of(kind)).body)], (Torn,), "msgpack", weight=12)
    words = [msgspec.msgpack.encode(sample_of(word)) for word in typing.get_args(AnyWord)]
    yield Door("control word", decode_word, words, (Broken,), "msgpack", weight=100)
    crossings = [msgspec.msgpack.encode(sample_of(word)) for word in typing.get_args(AnyCrossing)]
    yield Door("word between hubs", decode_crossing, crossings, (Broken,), "msgpack")
    exchange = Exchange()
    yield Door("subscription", exchange.subscription, [b"\1tts.audio\0", b"\0tts.audio\0", b"\1~", b"\1^llm"], (Torn,))

    def copy(data: bytes) -> None:
        as_json(read_copy([b"~" + topic_frame("tts.audio"), data, b"xx"]))
        as_json(read_copy([b"^my.topic\0", data, b"%d" % len(data)]))

    yield Door("copy for a tap", copy, [frames["tts.audio"][1]], (Torn,), "msgpack", weight=20)
    yield _arrivals(frames)


def _body(kind: type[Message]) -> Callable[[bytes], object]:
    head = header_of(sample_of(kind))

    def take(data: bytes) -> None:
        decode_body(kind, msgspec.structs.replace(head, body=msgspec.Raw(data)), b"payload")

    return take


def _arrivals(frames: dict[str, list[bytes]]) -> Door:
    """An actor's own end, which must never raise at all."""
    arrivals = Arrivals(KINDS, Silent())
    joined = [msgspec.msgpack.encode(three) for three in frames.values()]

    def take(data: bytes) -> None:
        try:
            three = msgspec.msgpack.decode(data, type=list[bytes])
        except (msgspec.DecodeError, RecursionError):
            three = [data[:20], data[20:], b""]
        arrivals.stream(three)
        arrivals.latest(three)
        arrivals.post(three)

    return Door("arrivals of an actor", take, joined, (), "msgpack", weight=30)


class _Socket:
    """Nobody's WebSocket."""


class _House:
    """A page server that takes everything."""

    def __init__(self) -> None:
        self.inbox = Inbox()

    def enter(self, visit: Visit) -> bool:
        return True

    def leave(self, visit: Visit) -> None:
        pass

    def give_microphone(self, visit: Visit, on: bool) -> None:
        pass

    def has_microphone(self, visit: Visit) -> bool:
        return True


def page_doors() -> Iterator[Door]:
    """What a browser sends."""
    visit = Visit(_Socket(), _House())  # type: ignore[arg-type]

    def wish(data: bytes) -> None:
        with suppress(UnicodeDecodeError):  # the WebSocket's own check
            visit._hear_text(data.decode())

    wishes = [
        b'{"type": "ask", "text": "Who are you?"}',
        b'{"type": "say", "text": "Hi"}',
        b'{"type": "microphone", "on": true}',
    ]
    yield Door("wish of a page", wish, wishes, (), "json")
    door = PageDoor(8440, "a-token-of-the-fuzz-run")

    def request(data: bytes) -> None:
        text = data.decode("latin-1")
        door.host_is_ours(text)
        door.origin_is_ours(text, text)
        door.knows(door.token_from(text, ""))
        door.knows(door.token_from("", text))

    requests = [
        b"token=a-token",
        b"127.0.0.1:8440",
        b"http://127.0.0.1:8440",
        b'avatar_8440="a\\"b"; other=1',
        b"token=%ff&token=+",
    ]
    yield Door("request of a page", request, requests, ())


def file_doors(folder: Path) -> Iterator[Door]:
    """What stands in files that people give."""
    wav = (TOPOLOGY / "conversation.wav").read_bytes()[:200]
    yield Door("wav header", lambda data: promised_frames(io.BytesIO(data)), [wav, wav[:46]], (), weight=3)
    yield Door(
        "journal",
        lambda data: list(entries_of(data.decode(errors="replace").splitlines(), "vad")),
        [_LINE * 3],
        (),
        weight=3,
    )
    persona = (TOPOLOGY / "persona.toml").read_bytes()[:3_000].rpartition(b"[[answer]]")[0]
    yield Door("persona file", in_file(folder / "persona.toml", read_persona), [persona], (Wrong,), weight=1)
    yield Door("phrases", in_file(folder / "phrases.toml", read_phrases), [persona], (Wrong,), weight=1)
    plans = [path.read_bytes() for path in sorted(TOPOLOGY.glob("*.toml")) if path.stem in ("demo", "split")]
    yield Door("plan", in_file(folder / "plan.toml", examine), plans, (), weight=1)
    (folder / "pack").mkdir(exist_ok=True)
    yield Door(
        "face pack",
        in_file(folder / "pack/pack.json", lambda path: FacePack.read(path.parent)),
        [b'{"version": 1}'],
        (Wrong,),
        "json",
        weight=1,
    )


def told_doors(folder: Path) -> Iterator[Door]:
    """What processes of a call tell each other in other ways."""
    entries = b"".join(msgspec.msgpack.encode(sample_of(kind)) for kind in typing.get_args(AnyEntry))
    begin = msgspec.msgpack.encode(Begin(FORMAT, "fuzz", ("local",), 1, "2026-01-31T20:15:00", ()))
    yield Door("recording", in_file(folder / "call.rec", _play), [begin + entries], (Wrong, Broken), weight=3)
    errand = Errand(name="tts", keys=SessionKeys.make(), settings={"rate": 1}).encoded()
    yield Door("errand", read_errand, [errand], (Broken,), "json", weight=3)
    session = Session("fuzz")
    session.folder = folder
    structs: dict[str, msgspec.Struct] = {
        "session.json": sample_of(Running),
        "ending.json": sample_of(Ending),
        "keys.json": SessionKeys.make(),
        "plan.json": read_plan(TOPOLOGY / "demo.toml"),
    }
    for name, struct in structs.items():
        read = partial(_read, session, type(struct))
        yield Door(name, in_file(folder / name, read), [msgspec.json.encode(struct)], (), "json", weight=1)

    def arguments(data: bytes) -> None:
        arguments_of(Ask(1, "agent", "restart", msgspec.Raw(data)), ActorCall)

    calls = [msgspec.msgpack.encode(ActorCall("tts", 1))]
    yield Door("arguments of a verb", arguments, calls, (Wrong,), "msgpack")


_LINE = b"2026-01-31T20:15:00.123Z info    vad#1 actors.vad: something happened=1\n"


def _play(path: Path) -> None:
    with Reader(path) as reader:
        for _ in reader:
            pass


def _read(session: Session, kind: type[msgspec.Struct], path: Path) -> None:
    session.read(path.name, kind)


def in_file(path: Path, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """A decoder that reads a file."""

    def take(data: bytes) -> None:
        path.write_bytes(data)
        read(path)

    return take
