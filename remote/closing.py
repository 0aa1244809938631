"""Closing of calls from outside: asks a call to end, waits until no process of it is left, tells how it ended."""

from __future__ import annotations

import contextlib
import logging

import psutil

from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Broken
from remote.session import Ending, Session
from remote.visit import visit

_log = logging.getLogger(__name__)

END_S = 60.0
"""How long the processes may take; the films take as long as they take."""
LOOK_MS = 20.0


def close_call(session: Session, *, end_s: float = END_S) -> Ending:
    """Ends a running call in order. Raises Broken when it had to be killed."""
    running = session.running()
    processes = _processes(running.pid) if running else []
    try:
        with visit(session, "down") as client:
            client.ask("agent", "end", kind=object)
    except Broken as error:
        _log.warning("the host agent does not answer: %s", error.what)
        for agent in processes[:1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                agent.terminate()
    _wait(session, processes, end_s)
    return session.read("ending.json", Ending) or Ending(
        "the host agent ended without a word", f"see: avatar logs agent --session {session.name}", 1
    )


def ending_lines(name: str, ending: Ending) -> list[str]:
    """How it ended, for people."""
    lines = [f"{name} has ended", *(f"film: {film}" for film in ending.movies)]
    lines += [f"no film: {warning}" for warning in ending.warnings]
    return [*lines, f"{ending.what}" + (f" ({ending.todo})" if ending.todo else "")] if ending.what else lines


def _processes(pid: int) -> list[psutil.Process]:
    """The host agent, then all that it started."""
    try:
        agent = psutil.Process(pid)
        return [agent, *agent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _wait(session: Session, processes: list[psutil.Process], end_s: float) -> None:
    deadline = now_ns() + int(end_s * SECOND)
    while session.running() is not None or _alive(processes):
        if now_ns() > deadline and session.read("ending.json", Ending) is None:
            for process in processes:  # the agent first: it would start again what it sees dying
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            raise Broken(f"{session.name} did not end in {end_s:g} s and was killed", f"its logs: {session.logs}")
        sleep_ms(LOOK_MS)


def _alive(processes: list[psutil.Process]) -> bool:
    return any(_lives(process) for process in processes)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
