"""Leftovers of a call: ends what nobody looks after any more, at once."""

from __future__ import annotations

from pathlib import Path

from bus.socket import SessionKeys
from remote.finish import conclude
from remote.serving.brood import end_brood, mark_of
from remote.session import Ending, Running, Session


def end_leftovers(session: Session, ending: Ending) -> None:
    """Ends every process of a call that has no host agent, and says how it ended. The host agent itself calls it."""
    muster = session.muster()
    if muster is not None:
        muster.kill()
    _end_services(session)
    conclude(session, map(Path, muster.folders if muster else ()), ending)


def kill_call(session: Session) -> None:
    """Ends everything at once. The host agent first: it would start again what it sees dying."""
    if running := session.read("session.json", Running):
        running.kill()
    if muster := session.muster():
        muster.kill()
    _end_services(session)
    if session.read("ending.json", Ending) is None:
        session.write("ending.json", Ending("the call was killed", f"its logs: {session.logs}", 1))
    session.remove("session.json")


def _end_services(session: Session) -> None:
    """Their processes are in no roll: each attendant knows its own, and may be dead."""
    if keys := session.read("keys.json", SessionKeys):
        end_brood(mark_of(keys), 0.0, every=True)
