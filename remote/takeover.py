"""Takeover of a call by whoever looks at it next: of one whose host agent was killed, or whose `avatar up` was."""

from __future__ import annotations

import logging

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Broken, Gone
from remote.session import Session
from remote.status import CallStatus
from remote.succession import Succession

_log = logging.getLogger(__name__)

START_S = 15.0
ANSWER_S = 5.0
LOOK_MS = 20.0
ASK_S = 1.0


def take_over(session: Session) -> None:
    """Sees to it that a call is looked after, and says what was wrong, one line each. Raises Broken when it cannot."""
    if session.is_left():
        _call_agent(session)
        _log.warning("the host agent of %s was killed: another one has taken the call over", session.name)
    director = session.director()
    if director is not None and not director.alive and session.lives() and session.remove("director.json"):
        _log.warning(
            "the `avatar up` of %s is gone: the call goes on in the background until `avatar down`; "
            "`avatar up` with its plan shows it again",
            session.name,
        )


def _call_agent(session: Session) -> None:
    deadline = now_ns() + int(START_S * SECOND)
    succession = Succession(session)
    while session.running() is None and not session.has_ended:
        succession.look_after()
        if now_ns() > deadline:
            raise Broken(
                f"no host agent could take {session.name} over", f"see: avatar logs agent --session {session.name}"
            )
        sleep_ms(LOOK_MS)


def await_agent(session: Session, client: Client) -> None:
    """Waits until a host agent that may just have been started answers. Raises Gone when it does not."""
    deadline = now_ns() + int(ANSWER_S * SECOND)
    while not session.has_ended:
        try:
            client.ask(session.place().agent, "status", kind=CallStatus, timeout_s=ASK_S)
        except Broken:
            if now_ns() > deadline:
                raise Gone("the host agent does not answer", "see: avatar logs agent") from None
            sleep_ms(LOOK_MS)
        else:
            return
