"""Errand: what a child process is told by its host agent, one line of JSON on its stdin.

Keys travel this way because a command line and an environment can be read by others. The pipe stays open afterwards:
its end tells the child, on every system, that its parent is gone (bus/orphan.py).
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable

import msgspec

from bus.codec import UNREADABLE
from bus.custody import Custody
from bus.errors import Broken
from bus.logs import log_to_stderr
from bus.parcel import Road
from bus.socket import SessionKeys


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One process to be: a hub (`name` "hub") or an actor."""

    name: str
    group: str = ""
    """The actor that it is a process of; its replicas have names of their own, such as "tts#1"."""
    keys: SessionKeys
    epoch: int = 1
    host: str = "local"
    control_port: int = 0
    gate: dict[Road, int] = {}
    """Of a hub: the ports at which it waits for that of the host where the call began; none: it does not wait."""
    engine: str = ""
    settings: dict[str, object] = {}
    grace_s: float = 60.0
    """How long it goes on when its parent has gone and nobody takes it over."""

    def __repr__(self) -> str:
        return f"Errand({self.name!r}, ***)"  # its settings may hold a token

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("name", self.name)]

    def encoded(self) -> bytes:
        """The line to write to the child's stdin."""
        return msgspec.json.encode(self) + b"\n"


def read_errand(line: bytes) -> Errand:
    """The errand of a line. Raises Broken; never with what stands in it, for there are keys."""
    try:
        return msgspec.json.decode(line, type=Errand)
    except UNREADABLE as error:
        raise Broken(
            f"this process was not told what to do: {type(error).__name__}",
            "it is started by the host agent, not by hand: avatar up PLAN",
        ) from None


def take_errand(orphaned: Callable[[Custody], None]) -> tuple[Errand, Custody]:
    """Reads this process's errand and sets up its log. `orphaned` is called, in another thread, when the parent goes.

    Raises Broken when nothing sensible comes.
    """
    errand = read_errand(sys.stdin.buffer.readline())
    log_to_stderr(errand.name, errand.epoch)
    custody = Custody(errand.grace_s)

    def watch() -> None:
        # not through sys.stdin: a thread that waits in its buffer makes the interpreter abort at its end
        while os.read(sys.stdin.fileno(), 4096):
            pass
        logging.getLogger(__name__).warning("parent gone")
        custody.orphaned = True
        orphaned(custody)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
    return errand, custody
