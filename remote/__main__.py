"""Processes of a host beside its hub and actors: the host agent, `python -m remote SESSION`, started by `avatar up` or by
whoever finds a call without one; and the scribe, `python -m remote record SESSION FOLDER`, started by the host agent."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path

from bus.errors import AvatarError
from bus.logs import log_to_stderr
from remote.agent import HostAgent
from remote.leftovers import end_leftovers
from remote.platform import allow_many_files, hold, on_closing
from remote.scribe import NAME, write_down
from remote.session import Ending, Session

_log = logging.getLogger(__name__)


def main() -> int:
    """Runs one of them to its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.argv[1] == "record" and len(sys.argv) == 4:
        return record(Session(sys.argv[2]), Path(sys.argv[3]))
    log_to_stderr("agent", 1)
    allow_many_files()
    session = Session(sys.argv[1])
    if not hold(session.folder / "agent.lock"):
        _log.info("another host agent was quicker")
        return 0
    closings: list[bool] = []
    on_closing(lambda: closings.append(True))
    agent: HostAgent | None = None
    ending = Ending("the host agent failed", f"its log: {session.logs / 'agent.log'}", 1)
    try:
        agent = HostAgent(session)
    except AvatarError as error:
        _log.error("%s", str(error).replace("\n", " | "))
        ending = Ending(error.what, error.todo, error.exit_code)
        return error.exit_code
    finally:
        if agent is None:
            end_leftovers(session, ending)
    on_closing(agent.end)
    if closings:
        agent.end()
    agent.run()
    return 0


def record(session: Session, folder: Path) -> int:
    """Runs the scribe; what fails stands in its log, and the call goes on."""
    log_to_stderr(NAME, 1)
    try:
        write_down(session, folder)
    except AvatarError as error:
        _log.error("%s", str(error).replace("\n", " | "))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
