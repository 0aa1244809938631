"""Visit to a running call: a connection of a command line to the session's hub, for as long as a `with` block."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bus.client import Client
from bus.errors import Gone
from bus.messages.message import Message
from remote.session import Session
from remote.takeover import await_agent, take_over


@contextmanager
def visit(
    session: Session, verb: str, *, takes: Iterable[type[Message]] = (), gives: Iterable[type[Message]] = ()
) -> Iterator[Client]:
    """A client of its own name: of two with one name the older would be silenced. Raises Gone when no hub answers.

    A call that nobody looks after is taken over first (remote/takeover.py).
    """
    orphaned = session.is_left()
    take_over(session)
    running = session.running()
    if running is None:
        raise Gone(f"the call {session.name!r} has ended", f"see: avatar logs --session {session.name}")
    client = Client(session.keys(), running.control_port, f"{verb}-{os.getpid()}", takes=takes, gives=gives)
    try:
        if orphaned:
            await_agent(session, client)
        yield client
    finally:
        client.close()
