"""Truth about a recorded person: when they really spoke, in the file and on the clock of the host that played it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from actors.vad.engine import RATE_HZ, WINDOW
from bus.clock import MS, SECOND
from bus.errors import Wrong

WINDOW_NS = WINDOW * SECOND // RATE_HZ


class SaidTurn(msgspec.Struct, frozen=True):
    """One thing that the person says. Times are in milliseconds of the file."""

    text: str
    start_ms: float
    end_ms: float
    interrupts: bool = False


class Truth(msgspec.Struct, frozen=True):
    """Everything that is said in a file of `length_ms`."""

    rate_hz: int
    length_ms: float
    turns: tuple[SaidTurn, ...]

    @classmethod
    def read(cls, path: Path) -> Truth:
        """Reads a JSON file. Raises Wrong when it is none."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as error:
            raise Wrong(f"{path} cannot be read: {error}", "it belongs to avatar: install it again") from None

    def at(self, first_ns: int) -> tuple[TrueTurn, ...]:
        """Its turns when the file's first sample was captured at `first_ns`."""
        return tuple(
            TrueTurn(first_ns + round(turn.start_ms * MS), first_ns + round(turn.end_ms * MS)) for turn in self.turns
        )


class TrueTurn(msgspec.Struct, frozen=True):
    """When speech really began and ended, on the host's clock."""

    start_ns: int
    end_ns: int


def first_sample_ns(last_window_ns: int, samples: int, tail_ms: int) -> int:
    """When the first sample of a file was captured, from the capture time of the last window that vad heard.

    Exact: the file microphone lays its windows of 512 samples on a grid that begins with the file, and ends with the
    first one that covers the file (`samples` at 16 kHz) and `tail_ms` of silence.
    """
    windows = -(-(samples + tail_ms * RATE_HZ // 1000) // WINDOW)
    return last_window_ns - (windows - 1) * WINDOW_NS
