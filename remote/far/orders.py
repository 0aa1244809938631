"""Orders to the host agent of another host, and its report: one question, asked several times a second."""

from __future__ import annotations

import msgspec

from remote.status import CallStatus


class Orders(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Arguments of the verb "report". `begin`: every host has loaded, its actors may take part."""

    begin: bool = False
    given_up: tuple[str, ...] = ()
    """Actors of other hosts that the call does without: nothing is kept for them."""


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How another host is. `loaded`: all its actors stand by, or have begun; `up`: all have begun once."""

    status: CallStatus
    loaded: bool = False
    up: bool = False
