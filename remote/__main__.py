"""Host agent process: `python -m remote SESSION`, started by `avatar up`."""

from __future__ import annotations

import logging
import signal
import sys

from bus.errors import AvatarError
from bus.logs import log_to_stderr
from remote.agent import HostAgent
from remote.platform import allow_many_files, on_closing
from remote.session import Ending, Session

_log = logging.getLogger(__name__)


def main() -> int:
    """Runs the session to its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log_to_stderr("agent", 1)
    allow_many_files()
    session = Session(sys.argv[1])
    try:
        agent = HostAgent(session)
        on_closing(agent.end)
        agent.run()
    except AvatarError as error:
        _log.error("%s", str(error).replace("\n", " | "))
        session.write("ending.json", Ending(error.what, error.todo, error.exit_code))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
