"""Words that a person gives a verb: as its argument, or on stdin."""

from __future__ import annotations

import sys

from bus.errors import Wrong


def words_of(argument: str) -> str:
    """The argument, or all of stdin for "-". Raises Wrong when it is empty, too long or not UTF-8."""
    from remote.typed import checked

    if argument != "-":
        return checked(argument)
    try:
        return checked(sys.stdin.buffer.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Wrong("stdin is not UTF-8 text", "convert it first") from None
