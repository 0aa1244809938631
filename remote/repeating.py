"""Repeating of a look at a call: once a second, until the person or the call ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bus.clock import MS, SECOND, now_ns, sleep_ms


def every_second(alive: Callable[[], object]) -> Iterator[None]:
    """Yields a second after it was asked, and each second from then on; ends with the call."""
    due_ns = now_ns() + SECOND
    while alive():
        sleep_ms(max(0.0, (due_ns - now_ns()) / MS))
        yield
        due_ns = max(due_ns + SECOND, now_ns())
