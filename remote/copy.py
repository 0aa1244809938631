"""Copy of a tapped message: what the hub sent a tap, read for people and for programs."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from bus.clock import MS, now_ns, wall_time
from bus.codec import UNREADABLE, Torn, decode_body, decode_header
from bus.envelope import Header
from bus.exchange import WHOLE
from remote.kinds import KINDS

MAX_SHOWN = 72
"""Characters of a value in a line for people."""
_UNSHOWABLE = dict.fromkeys((*range(32), *range(127, 160)), "\ufffd")
"""Control characters, which could steer a terminal."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One message as a tap sees it. `payload` is None when only its size is known; `body` is plain JSON data."""

    topic: str
    header: Header
    body: dict[str, object]
    size: int
    payload: bytes | None
    seen_ns: int = field(default_factory=now_ns)

    @property
    def age_ms(self) -> float:
        """From the sending to here."""
        return round((self.seen_ns - self.header.t) / MS, 2)

    @property
    def error_ms(self) -> float:
        """How far the ages may be off: what comes from another host was put on our clock on its way."""
        return round(self.header.error / MS, 2)

    @property
    def since_cause_ms(self) -> float:
        """From the capture that caused it all to here."""
        return round((self.seen_ns - self.header.t0) / MS, 2)

    @property
    def at(self) -> datetime:
        """When it was sent."""
        return (wall_time() - timedelta(microseconds=(now_ns() - self.header.t) / 1e3)).astimezone()


def read_copy(frames: list[bytes]) -> Copy:
    """Topic with the mark of the tap, header, payload or its length, and its number. Raises Torn."""
    topic, header = decode_header([frames[0][1:], *frames[1:3]])
    whole = frames[0][:1] == WHOLE
    if not whole and not frames[2].isdigit():
        raise Torn("payload", "no length")
    size = len(frames[2]) if whole else int(frames[2])
    return Copy(topic, header, _body(topic, header), size, frames[2] if whole else None)


def as_json(copy: Copy) -> dict[str, object]:
    """Everything but the trace, for programs. Times are ns on this host's clock, payloads are base64."""
    h = copy.header
    told: dict[str, object] = {
        "topic": copy.topic,
        "at": copy.at.isoformat(timespec="milliseconds"),
        "source": h.source,
        "epoch": h.epoch,
        "seq": h.seq,
        "id": h.id,
        "parent": h.parent,
        "turn": h.turn,
        "gen": h.gen,
        "t0": h.t0,
        "t": h.t,
        "host": h.host,
        "age_ms": copy.age_ms,
        "error_ms": copy.error_ms,
        "size": copy.size,
        "body": copy.body,
    }
    return told if copy.payload is None else {**told, "payload": b64encode(copy.payload).decode()}


def as_line(copy: Copy, width: int) -> str:
    """One line for people: time, topic (padded to `width`), who, number, turn/generation, age, size, fields."""
    h = copy.header
    age = age_of(copy.age_ms, copy.error_ms)
    size = f"{copy.size:,} B" if copy.size else ""
    fields = "  ".join(f"{name}={_short(value)}" for name, value in copy.body.items())
    bits = f"  [{copy.payload[:16].hex(' ')}]" if copy.payload else ""
    at = copy.at.strftime("%H:%M:%S.%f")[:-3]
    who = f"{printable(h.source)}#{h.seq}"
    turn = f"turn {h.turn}/{h.gen}" if h.turn or h.gen else ""
    return f"{at}  {copy.topic:<{width}}  {who:<18} {turn:<10} {age:>13} {size:>11}  {fields}{bits}".rstrip()


def field_of(copy: Copy, path: str) -> object:
    """The value at "a.b.0" in the body, or else of the header. Raises LookupError."""
    first = path.partition(".")[0]
    found: object = copy.body if first in copy.body else as_json(copy)
    for key in path.split("."):
        match found:
            case dict() if key in found:
                found = found[key]
            case list() | tuple() if key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            case _:
                raise LookupError(path)
    return found


def printable(text: str) -> str:
    """The text on one line, without anything that could steer a terminal."""
    return text.translate(_UNSHOWABLE)


def plain(value: object) -> str:
    """A value alone on a line: texts as they are, all others as JSON."""
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _body(topic: str, header: Header) -> dict[str, object]:
    kind = KINDS.get(topic)
    try:
        if kind is None:
            body = msgspec.msgpack.decode(header.body)
            return {str(k): _safe(v) for k, v in body.items()} if isinstance(body, dict) else {"": _safe(body)}
        message = decode_body(kind, header, b"")
    except UNREADABLE as error:
        raise Torn("body", str(error)) from None
    fields = {name: getattr(message, name) for name in message.__struct_fields__ if name != "payload"}
    if topic == "web.address":
        fields["url"] = _without_secrets(fields["url"])
    return {name: msgspec.to_builtins(value) for name, value in fields.items()}


def _safe(value: object) -> object:
    """Plain msgpack as JSON data: bytes become base64, times text."""
    return msgspec.to_builtins(value, str_keys=True)


def _without_secrets(url: str) -> str:
    """The address without its query: whoever has the page's token can come in."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def age_of(ms: float, error_ms: float = 0.0) -> str:
    """An age for people, with how far it may be off."""
    if ms >= 10_000:
        return f"{ms / 1e3:.0f} s"
    return f"{ms:.1f}±{error_ms:.1f} ms" if error_ms else f"{ms:.1f} ms"


def _short(value: object) -> str:
    match value:
        case float():
            text = f"{value:.4g}"
        case str():
            text = json.dumps(value, ensure_ascii=False)
        case _:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = printable(text)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
