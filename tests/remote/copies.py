"""Copies for scenes: what a tap would have got."""

from __future__ import annotations

import msgspec

from bus.codec import encode, encode_body
from bus.envelope import Header
from bus.messages import Message
from remote.copy import Copy, read_copy
from tests.bus.house import header


def frames_of(message: Message, *, whole: bool = True, **more: object) -> list[bytes]:
    """The frames of a copy."""
    topic, head, payload = encode(headed(message, **more), message)
    return [b"~" + topic, head, payload] if whole else [b"^" + topic, head, b"%d" % len(payload)]


def headed(message: Message, **more: object) -> Header:
    """The header of a message."""
    return msgspec.structs.replace(header(), fenced=message.spec.fenced, body=encode_body(message), **more)


def copy_of(message: Message, *, whole: bool = True, **more: object) -> Copy:
    """A copy of a message."""
    return read_copy(frames_of(message, whole=whole, **more))
