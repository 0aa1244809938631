"""Landing on another host: how a call gets there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from remote.shipping.landing import Landing
from topology.plan import Host, Plan

Ship: TypeAlias = Callable[[Host, str, Plan, Callable[[str], None]], Landing]
"""Brings what a host needs; tells how far it is. Raises Wrong, Fatal, Broken."""
