"""Place of a host in a call, place.json in the session's folder on another machine; there is none where the call began."""

from __future__ import annotations

import msgspec

from bus.parcel import Road
from topology.plan import LOCAL

AGENT = "agent"
HUB = "hub"
FAR = "@"
"""Between a name and the host that it is on, for what every host has one of: "hub@gpu"."""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which host of the call this is. `gate`: the ports at which its hub waits for that of the host where the call began."""

    host: str = LOCAL
    gate: dict[Road, int] = {}
    epochs: dict[str, int] = {}
    """The last that processes of this host's actors had, on whichever host they were: those here count on."""

    @property
    def agent(self) -> str:
        """The name of its host agent on the bus."""
        return AGENT if self.host == LOCAL else f"{AGENT}-{self.host}"

    @property
    def is_first(self) -> bool:
        """Whether the call began here."""
        return self.host == LOCAL

    def named(self, name: str) -> str:
        """The hub or the host agent of this host, told apart from those of others."""
        return name if self.host == LOCAL else f"{name}{FAR}{self.host}"


def host_of(name: str) -> str:
    """Whose hub or host agent it is, such as "hub@gpu"."""
    return name.partition(FAR)[2] or LOCAL


HERE = Place()
"""Where the call began."""


def is_actor(name: str) -> bool:
    """Whether a row of the status is an actor's, not that of some host's hub or host agent."""
    return name.partition(FAR)[0] not in (AGENT, HUB)
