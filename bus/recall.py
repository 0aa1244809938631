"""Recall of states: what an actor's predecessor sent last, as the hub remembers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bus.codec import Frames, Torn, decode_body, decode_header
from bus.envelope import Header
from bus.messages.message import Message
from bus.tally import Tally


def recalled(
    states: Iterable[Frames], gives: Iterable[type[Message]], tally: Tally
) -> Iterator[tuple[Message, Header]]:
    """The messages in these frames, of the types that the actor gives, each with its envelope; one that cannot be read is
    counted."""
    kinds = {kind.spec.topic: kind for kind in gives}
    for frames in states:
        try:
            topic, header = decode_header(frames)
            if topic in kinds:
                yield decode_body(kinds[topic], header, frames[2]), header
        except Torn as torn:
            tally.add("?", torn.reason, detail=str(torn))
