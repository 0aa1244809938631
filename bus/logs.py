"""Logs of a process: events with fields, one a line, on stderr; the host agent keeps them in files.

No transcript, prompt, audio or key is ever logged: this is somebody's clone.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from types import TracebackType

from bus.clock import wall_time

_log = logging.getLogger(__name__)


class _Events(logging.Formatter):
    def __init__(self, name: str, epoch: int) -> None:
        super().__init__()
        self._who = f"{name}#{epoch}"

    def format(self, record: logging.LogRecord) -> str:
        at = wall_time().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = f"{at} {record.levelname.lower():7} {self._who} {record.name}: {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def log_to_stderr(name: str, epoch: int) -> None:
    """Sends this process's log to stderr, and into it whatever nobody caught. AVATAR_LOG sets the level (debug, info,
    warning, error)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Events(name, epoch))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    level = os.environ.get("AVATAR_LOG", "info").upper()
    root.setLevel(level if level in logging.getLevelNamesMapping() else "INFO")
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.error("failed", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        name = args.thread.name if args.thread else "?"
        _log.error("failed thread=%s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
