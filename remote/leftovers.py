"""Leftovers of a call: ends what nobody looks after any more, at once."""

from __future__ import annotations

from pathlib import Path

from remote.finish import conclude
from remote.session import Ending, Running, Session


def end_leftovers(session: Session, ending: Ending) -> None:
    """Ends every process of a call that has no host agent, and says how it ended. The host agent itself calls it."""
    muster = session.muster()
    if muster is not None:
        muster.kill()
    conclude(session, map(Path, muster.folders if muster else ()), ending)


def kill_call(session: Session) -> None:
    """Ends everything at once. The host agent first: it would start again what it sees dying."""
    if running := session.read("session.json", Running):
        running.kill()
    if muster := session.muster():
        muster.kill()
    if session.read("ending.json", Ending) is None:
        session.write("ending.json", Ending("the call was killed", f"its logs: {session.logs}", 1))
    session.remove("session.json")
