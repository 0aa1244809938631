"""Errors of avatar, one tree. The type says whose fault it is and whether a restart can help.

AvatarError                 base: `what` happened, and what `todo` about it
├── Wrong                   the person's input is wrong (plan, file, argument): exit code 2, a restart cannot help
├── Fatal                   a model, device, server or package is missing: exit code 1, a restart cannot help
├── Stuck                   a call into a library does not come back: exit code 1, only a restart can help
└── Broken                  something failed that may work the next time: exit code 1, a restart can help
    └── Gone                the other side (hub, engine server, device) went away
"""

from __future__ import annotations


class AvatarError(Exception):
    """One line of what happened and one of what to do about it; a person reads both, never a traceback."""

    exit_code = 1
    restart_helps = False

    def __init__(self, what: str, todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.what}\n{self.todo}" if self.todo else self.what


class Wrong(AvatarError):
    """Input from a person that cannot be used: they must change it."""

    exit_code = 2


class Fatal(AvatarError):
    """A missing model, device, server or package: a restart would fail in the same way."""


class Broken(AvatarError):
    """A failure that a restart may mend."""

    restart_helps = True


class Gone(Broken):
    """The other side of a connection went away."""


class Stuck(AvatarError):
    """A call into a library that does not come back. Whoever goes on beside it waits behind it: the process must end."""

    restart_helps = True


def first_of(error: BaseException) -> BaseException:
    """The first of what failed together; the others are its consequences."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
