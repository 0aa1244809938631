"""Closing of calls from outside: asks a call to end, waits until no process of it is left, tells how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Broken
from remote.leftovers import kill_call
from remote.mark import Mark
from remote.session import Ending, Running, Session
from remote.succession import Succession
from remote.takeover import take_over
from remote.visit import visit

_log = logging.getLogger(__name__)

END_S = 60.0
"""How long the processes may take; the films take as long as they take."""
LOOK_MS = 20.0
ASK_S = 1.0
ANSWER_NS = 5 * SECOND


def close_call(session: Session, *, end_s: float = END_S) -> Ending:
    """Ends a running call in order. Raises Broken when it had to be killed."""
    take_over(session)

    def tell() -> None:
        with visit(session, "down") as client:
            client.ask(session.place().agent, "end", kind=object, timeout_s=ASK_S)

    return await_end(session, Succession(session), tell, end_s)


def await_end(session: Session, succession: Succession, tell: Callable[[], object], end_s: float) -> Ending:
    """Ends a call and waits until no process of it is left. `tell` asks its host agent to end it; it may raise Broken.

    A host agent that is killed meanwhile gets a successor that ends what is left. Raises Broken when all had to be killed.
    """
    deadline = now_ns() + int(end_s * SECOND)
    told: Mark | None = None
    marks: set[Mark] = set()
    while not session.has_ended or any(mark.alive for mark in marks):
        running = session.running()
        marks |= _marks(session, running)
        if running is not None and running != told:
            told = running
            _tell(session, running, tell)
        if now_ns() > deadline and session.read("ending.json", Ending) is None:
            kill_call(session)
            raise Broken(f"{session.name} did not end in {end_s:g} s and was killed", f"its logs: {session.logs}")
        try:
            succession.look_after()
        except Broken:
            kill_call(session)
            raise
        sleep_ms(LOOK_MS)
    return session.read("ending.json", Ending) or Ending()


def _tell(session: Session, agent: Running, tell: Callable[[], object]) -> None:
    """Until it has heard it, or has gone: then its successor is told. One that does not answer is asked by its pid."""
    deadline = now_ns() + ANSWER_NS
    while agent.alive and not session.is_ending:
        try:
            tell()
        except Broken as error:
            if now_ns() > deadline:
                _log.warning("the host agent does not answer: %s", error.what)
                agent.terminate()
                return
            sleep_ms(LOOK_MS)
        else:
            return


def _marks(session: Session, agent: Running | None) -> set[Mark]:
    muster = session.muster()
    return {*(muster.marks() if muster else ()), *([Mark(agent.pid, agent.started)] if agent else ())}


def ending_lines(name: str, ending: Ending) -> list[str]:
    """How it ended, for people."""
    lines = [f"{name} has ended", *(f"film: {film}" for film in ending.movies)]
    lines += [f"no film: {warning}" for warning in ending.warnings]
    lines += ending.left_alone
    return [*lines, f"{ending.what}" + (f" ({ending.todo})" if ending.todo else "")] if ending.what else lines
