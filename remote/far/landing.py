"""Landing on another host: what is there for the call when the code, its environment and its files have arrived."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec

from bus.parcel import Road
from topology.plan import Host, Plan
from topology.ports import free_port


class Landing(msgspec.Struct, frozen=True):
    """A Python of that host, the folder with the code, where input files of this host are there, and two free ports."""

    python: str
    folder: str
    files: dict[str, str]
    ports: dict[Road, int]


Ship: TypeAlias = Callable[[Host, str, Plan, Callable[[str], None]], Landing]
"""Brings what a host needs; tells how far it is. Raises Wrong, Fatal, Broken."""


def land_beside(host: Host, name: str, plan: Plan, say: Callable[[str], None]) -> Landing:
    """A host that sees this machine's files, such as this machine itself: nothing needs to be brought."""
    say("everything is there")
    folder = str(Path(__file__).parents[2])
    return Landing(sys.executable, folder, {}, {"swift": free_port(), "bulky": free_port()})
