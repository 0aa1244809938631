"""Ending of a session, ending.json: how it went."""

from __future__ import annotations

import msgspec


class Ending(msgspec.Struct, frozen=True):
    """How a session ended. `what` is empty when all went well."""

    what: str = ""
    todo: str = ""
    exit_code: int = 0
    movies: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """Recordings that became no film."""
    given_up: tuple[str, ...] = ()
    """Actors that the call had to do without at its end, each with the reason."""
    left_alone: tuple[str, ...] = ()
    """Other hosts that could not be told of the end, each with what becomes of its part."""
