"""Protocol between the web actor and the stage page, on one WebSocket (`/live`).

Actor to page
    binary  1 byte kind (1 picture, 2 sound), 8 bytes big-endian media time in microseconds of the host's clock, then the
            media: a JPEG, or s16le 48 kHz mono (20 ms). Pictures and sound share the clock: what has the same media time
            belongs together.
    text    JSON `{"topic": ..., "body": {...}}`: a message of the bus under its own topic, fields at their default left
            out. Three more topics are the actor's own: `web.refused` (`{"what": ...}`: a wish was not taken, and why),
            `web.microphone` (`{"yours": bool}`: whether the sound of this page goes to the call) and `web.troubles`
            (`{"lines": [...]}`: what the call has to do without).

Page to actor
    binary  microphone, s16le 16 kHz mono, even length, at most 8 KiB.
    text    JSON `{"type": "ask", "text": ...}`, `{"type": "say", "text": ...}` (word for word) or
            `{"type": "microphone", "on": bool}`; one page at a time has the microphone, the last one to ask for it.

A page that reads slowly loses the oldest pictures and sound, never the conversation.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import msgspec

from bus.messages import Message

PICTURE = 1
SOUND = 2
MAX_TEXT = 4_000
"""Characters in one question or script."""
MAX_SOUND_BYTES = 8_192
"""Bytes in one piece of the microphone: 256 ms."""
MAX_FRAME_BYTES = 65_536
"""Bytes in one WebSocket message from a page: MAX_TEXT characters fit, however they are escaped."""

_HEAD = struct.Struct(">BQ")


class AskWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="ask"):
    """A question, typed."""

    text: str


class SayWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="say"):
    """A text for the avatar to say word for word."""

    text: str


class MicrophoneWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="microphone"):
    """The page begins (or stops) sending its microphone."""

    on: bool


class _Event(msgspec.Struct, frozen=True):
    topic: str
    body: Message | Refused | Yours | Troubles


class Refused(msgspec.Struct, frozen=True):
    """A wish that was not taken: one sentence for the person."""

    what: str


class Yours(msgspec.Struct, frozen=True):
    """Whether the microphone of this page is the call's."""

    yours: bool


class Troubles(msgspec.Struct, frozen=True):
    """What the call has to do without now, a sentence each; none: all is well."""

    lines: tuple[str, ...]


PageWish = AskWish | SayWish | MicrophoneWish
_wishes: msgspec.json.Decoder[PageWish] = msgspec.json.Decoder(PageWish)


def pack_media(kind: int, at_ns: int, media: bytes) -> bytes:
    """One binary message for the page; `at_ns` is the media time on this host's clock."""
    return _HEAD.pack(kind, max(0, at_ns // 1_000)) + media


def pack_event(message: Message) -> str:
    """One text message for the page. The payload stays out."""
    return msgspec.json.encode(_Event(message.topic(), message.without_payload())).decode()


def pack_refusal(what: str) -> str:
    """Tells the page why a wish was not taken."""
    return msgspec.json.encode(_Event("web.refused", Refused(what))).decode()


def pack_microphone(yours: bool) -> str:
    """Tells the page whether the call hears its microphone."""
    return msgspec.json.encode(_Event("web.microphone", Yours(yours))).decode()


def pack_troubles(lines: Sequence[str]) -> str:
    """Tells the page what the call has to do without."""
    return msgspec.json.encode(_Event("web.troubles", Troubles(tuple(lines)))).decode()


def unpack_wish(text: str | bytes) -> PageWish:
    """Reads a text message of a page. Raises msgspec.DecodeError for anything else than a wish."""
    return _wishes.decode(text)
