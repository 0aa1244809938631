"""Letters of a call for scenes: messages with their headers, as a witness gets them."""

from __future__ import annotations

import msgspec

from bus.clock import MS
from bus.envelope import NO_CAUSE
from bus.link import Delivery
from bus.messages import Played, Shown
from bus.messages.message import Message


def letter(message: Message, turn: int = 1, sent_ms: float = 0) -> Delivery:
    header = msgspec.structs.replace(NO_CAUSE, turn=turn, gen=turn, t=round(sent_ms * MS))
    return Delivery(header, message, header.t)


def played(event: str, at_ms: float, position: int = 0, turn: int = 1) -> Delivery:
    return letter(msgspec.convert({"event": event, "position": position, "at_ns": round(at_ms * MS)}, Played), turn)


def shown(position: int, at_ms: float, turn: int = 1) -> Delivery:
    return letter(Shown(position=position, at_ns=round(at_ms * MS)), turn)
