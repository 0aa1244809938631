"""Codec between messages and the three frames of the wire: topic + NUL, msgpack header, payload."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec

from bus.envelope import VERSION, Header
from bus.errors import Broken
from bus.messages.message import Message

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
MAX_TOPIC_BYTES = 128
MAX_HEADER_BYTES = 256 * 1024

Frames = Sequence[bytes]

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises for bytes from outside. The last one for what is nested too deep, whatever type was asked for."""

_encoder = msgspec.msgpack.Encoder()
_header_decoder = msgspec.msgpack.Decoder(Header)
_version_decoder = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])


class Torn(ValueError):
    """Frames that are not a message of ours. `reason` is one word for the counters."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def topic_frame(topic: str) -> bytes:
    """The first frame: SUB filters are byte prefixes, so the NUL keeps "tts.audio" apart from "tts.audio2"."""
    return topic.encode() + b"\0"


def encode(header: Header, message: Message) -> list[bytes]:
    """The three frames. The payload is not copied into msgpack. Raises Broken for a message that no hub would take."""
    frames = [_topic_of(type(message)), _encoder.encode(header), message.payload]
    if len(frames[1]) > MAX_HEADER_BYTES or len(frames[1]) + len(frames[2]) > MAX_MESSAGE_BYTES:
        raise Broken(
            f"{message.spec.topic} has {len(frames[1])} bytes of fields and {len(frames[2])} of payload, too many for one message",
            f"send it in pieces: {MAX_HEADER_BYTES} and {MAX_MESSAGE_BYTES} bytes are the limits",
        )
    return frames


def encode_header(header: Header) -> bytes:
    """The second frame."""
    return _encoder.encode(header)


def encode_body(message: Message) -> msgspec.Raw:
    """The fields of a message, without its payload."""
    return msgspec.Raw(_encoder.encode(message.without_payload()))


def decode_header(frames: Frames) -> tuple[str, Header]:
    """Topic and header of three frames. Raises Torn; never anything else."""
    if len(frames) != 3:
        raise Torn("frames", f"{len(frames)} frames instead of 3")
    topic, header, payload = frames
    if not topic.endswith(b"\0") or len(topic) > MAX_TOPIC_BYTES:
        raise Torn("topic", "the first frame is not a topic")
    if len(header) > MAX_HEADER_BYTES or len(header) + len(payload) > MAX_MESSAGE_BYTES:
        raise Torn("oversize", f"a header of {len(header)} bytes, a payload of {len(payload)}")
    try:
        name = topic[:-1].decode("ascii")
        decoded = _header_decoder.decode(header)
    except UNREADABLE as error:
        raise Torn(_why(header), str(error)) from None
    if not name.isprintable():
        raise Torn("topic", "the topic has control characters")
    if decoded.v != VERSION:
        raise Torn("version", f"envelope version {decoded.v}, this is {VERSION}")
    return name, decoded


def decode_body(kind: type[Message], header: Header, payload: bytes) -> Message:
    """The message of a header. Raises Torn."""
    try:
        message = _body_decoder(kind).decode(header.body)
    except UNREADABLE as error:
        raise Torn("body", str(error)) from None
    if header.shift:
        for name in _times(kind):
            msgspec.structs.force_setattr(message, name, getattr(message, name) + header.shift)
    if payload:
        msgspec.structs.force_setattr(message, "payload", payload)
    return message


def _why(header: bytes) -> str:
    """Tells an envelope of another version from a torn one."""
    try:
        version = msgspec.msgpack.decode(_version_decoder.decode(header)["v"])
    except (*UNREADABLE, KeyError):
        return "torn"
    return "torn" if version == VERSION else "version"


@cache
def _times(kind: type[Message]) -> tuple[str, ...]:
    """Fields that are times of a host's clock: those that end in `_ns`."""
    return tuple(name for name in kind.__struct_fields__ if name.endswith("_ns"))


@cache
def _topic_of(kind: type[Message]) -> bytes:
    return topic_frame(kind.spec.topic)


@cache
def _body_decoder(kind: type[Message]) -> msgspec.msgpack.Decoder[Message]:
    return msgspec.msgpack.Decoder(kind)
