"""Shelf of logs on another host, read by questions to its host agent; and the last of it, kept here when the call ends."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bus.client import Client
from bus.clock import SECOND, now_ns
from bus.errors import Broken
from remote.far.place import AGENT, FAR, HUB, Place
from remote.session import Session
from remote.shelf import Bookmark, Parts, ReadOn

_log = logging.getLogger(__name__)

ANSWER_S = 3.0
KEEP_S = 1.5
KEPT_BYTES = 32_768
"""Of each log, when the call ends."""


class FarShelf:
    """The logs of one other host. `host`: its name in the plan."""

    def __init__(self, client: Client, host: str, actor: str = "", last: int = 0) -> None:
        self.host = host
        self.names: tuple[str, ...] = ()
        """Those that are there, by the names that people see."""
        self._client = client
        self._actor = _there(actor, host)
        self._last = last
        self._marks: dict[str, Bookmark] = {}

    def fresh(self, answer_s: float = ANSWER_S) -> tuple[dict[str, bytes], bool]:
        """What came since it was asked last, by the names that people see, and whether there may be more already.
        Raises Broken, and Gone, when the host is out of reach."""
        agent = f"{Place(host=self.host).agent}{FAR}{self.host}"
        wish = ReadOn(marks=self._marks, actor=self._actor, last=self._last)
        told = self._client.ask(agent, "logs", wish, kind=Parts, timeout_s=answer_s)
        self.names = tuple(_here(name, self.host) for name in told.names)
        self._marks |= {name: part.mark for name, part in told.parts.items()}
        return {_here(name, self.host): part.text for name, part in told.parts.items()}, told.more


@contextmanager
def shelves(session: Session, actor: str = "") -> Iterator[list[FarShelf]]:
    """Those of all other hosts of a call that runs, for the length of a block."""
    running = session.running()
    hosts = session.plan().used_hosts[1:] if running is not None else ()
    if running is None or not hosts:
        yield []
        return
    client = Client(session.keys(), running.control_port, f"logs-{os.getpid()}")
    try:
        yield [FarShelf(client, host, actor) for host in hosts]
    finally:
        client.close()


def keep_last(client: Client, hosts: Iterable[str], logs: Path) -> None:
    """Writes the last that the processes of other hosts have logged beside the logs of this one, as NAME@HOST.log. What they
    log while they end stays there."""
    for host in hosts:
        shelf = FarShelf(client, host, last=KEPT_BYTES)
        begun_ns, more = now_ns(), True
        try:
            while more and (left_s := KEEP_S - (now_ns() - begun_ns) / SECOND) > 0:
                texts, more = shelf.fresh(left_s)
                for name, text in texts.items():
                    with (logs / f"{name.removesuffix(f'{FAR}{host}')}{FAR}{host}.log").open("ab") as file:
                        file.write(text)
        except (Broken, OSError) as error:
            _log.warning("the last logs of %s are not here: %s", host, error)


def _here(name: str, host: str) -> str:
    """Every host has a hub and a host agent; an actor is known by its name, wherever it is."""
    return Place(host=host).named(name) if name in (AGENT, HUB) else name


def _there(name: str, host: str) -> str:
    """A log's name on that host; "hub" and "agent" alone are those of this one, and so none there."""
    bare = name.removesuffix(f"{FAR}{host}")
    return f"{FAR}{name}" if bare == name and name in (AGENT, HUB) else bare
