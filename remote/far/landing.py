"""Landing on another host: how a call gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from remote.shipping.landing import Landing
from topology.plan import Host, Plan

Ship: TypeAlias = Callable[[Host, str, Plan, Callable[[str], None]], Landing]
"""Brings what a host needs; tells how far it is. Raises Wrong, Fatal, Broken."""


@dataclass(frozen=True, slots=True)
class Recall:
    """How a call gets there with its first login, when all was there the last time. Without, it always looks."""

    recall: Callable[[Host, str, Plan], Landing | None] = lambda _host, _name, _plan: None
    """What was found there lately for the very same. Raises Wrong for files that cannot be read."""
    forget: Callable[[Host, Plan], None] = lambda _host, _plan: None
    """It was of no use."""
