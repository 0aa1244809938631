"""Server-sent events, however their bytes are cut."""

from __future__ import annotations

import pytest

from actors.sse import MOST_BYTES, SseReader
from bus.errors import Broken

STREAM = (
    "\ufeff: ping\r\n\r\n"
    'data: {"a": "ї"}\r\n\r\n'
    "event: x\nid: 1\ndata:first\ndata:  second\n\n"
    "\n\n"
    "data: [DONE]\n\n"
    "data: without end"
).encode()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_read(size: int) -> None:
    reader = SseReader()
    events = [event for i in range(0, len(STREAM), size) for event in reader.feed(STREAM[i : i + size])]
    assert events == ['{"a": "ї"}', "first\n second", "[DONE]"]


def test_an_event_without_end_is_refused() -> None:
    reader = SseReader()
    with pytest.raises(Broken, match="without end"):
        for _ in range(3):
            reader.feed(b"x" * (MOST_BYTES // 2))
    reader = SseReader()
    with pytest.raises(Broken, match="without end"):
        for _ in range(1100):
            reader.feed(b"data:" + b"x" * 1024 + b"\n")


def test_an_event_that_is_no_text_is_refused() -> None:
    with pytest.raises(Broken, match="no text"):
        SseReader().feed(b"data: \xff\n\n")
