"""Traffic of a hub: where it is found, and how much of each topic has passed."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


class HubPorts(msgspec.Struct, frozen=True):
    """Ports of a hub on 127.0.0.1. Only the control port stays the same over a restart of the hub: peers connect the
    others anew when they are welcomed, so nothing can overtake what they send again."""

    control: int
    stream_in: int
    latest_in: int
    latest_out: int


@dataclass(slots=True)
class Traffic:
    """Messages and bytes that passed, by topic."""

    messages: int = 0
    payload_bytes: int = 0

    def add(self, payload_bytes: int) -> None:
        """One more message."""
        self.messages += 1
        self.payload_bytes += payload_bytes
