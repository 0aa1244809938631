"""Fault of a plan: where it is, what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault. `line` counts from 1; 0: the fault is not in a line. A warning does not keep a plan from running."""

    file: str
    line: int
    what: str
    todo: str = ""
    warning: bool = False

    @property
    def place(self) -> str:
        """ "file:line", as editors understand it."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        first = f"{self.place}: {'warning' if self.warning else 'error'}: {self.what}"
        return f"{first}\n    {self.todo}" if self.todo else first


def nearest(name: str, known: Iterable[str], kind: str) -> str:
    """The advice for a name that is not known: the one that was probably meant, and all of them."""
    names = list(known)
    if not names:
        return f"there are no {kind}"
    close = get_close_matches(name.lower().replace("_", "-"), names, n=1) or get_close_matches(name, names, n=1)
    return (f'did you mean "{close[0]}"? ' if close else "") + f"{kind}: {', '.join(names)}"
