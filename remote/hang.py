"""Hangs: which processes have given no sign of life for too long. Pure.

Busy is not hanging: a process that is in a long model call still beats, and its event loop still comes round. What hangs
has a loop that stands still, or does not beat at all (it was stopped, or a library holds Python's lock).

Time counts only while this host agent itself was running: when the whole machine slept, nobody hung.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bus.clock import MS, SECOND
from bus.control import PeerView
from remote.child import Child
from remote.seat import Seat

MOST_NS = 2 * SECOND
"""The most that one look can add: looks are a second apart, unless this process itself stood still."""

Life = tuple[str, int]
"""Name and epoch of a process."""


@dataclass(frozen=True, slots=True)
class Hung:
    """A process that is to be killed, and why."""

    child: Child
    what: str


@dataclass(slots=True)
class Hangs:
    """What the hub tells of its peers in, who hangs out."""

    _quiet: dict[Life, int] = field(default_factory=dict)
    _loading: dict[Life, int] = field(default_factory=dict)

    def look(self, seats: Iterable[Seat], peers: Iterable[PeerView], since_ns: int) -> list[Hung]:
        """A look, so long after the one before; gives those whose limit is over.

        `peers` must be fresh: while the hub gives no answer nothing is known of anybody.
        """
        told = {(peer.name, peer.epoch): _quiet_ns(peer) for peer in peers}
        passed_ns = min(since_ns, MOST_NS)
        quiet, loading, hung = {}, {}, []
        for seat in seats:
            rules = seat.placement.restart
            for child, ready_s in _loading(seat):
                life = (child.name, child.epoch)
                loading[life] = self._loading.get(life, 0) + passed_ns
                if loading[life] > ready_s * SECOND:
                    hung.append(Hung(child, f"it was not ready within {ready_s:g} s and was killed"))
            for child in filter(None, (seat.current, seat.successor)):
                life = (child.name, child.epoch)
                if life in loading:
                    continue
                so_far_ns = self._quiet.get(life, 0) + passed_ns
                quiet[life] = min(told.get(life, so_far_ns), so_far_ns)
                if rules.hang_s and quiet[life] > rules.hang_s * SECOND:
                    hung.append(Hung(child, f"it hung for {quiet[life] / SECOND:.0f} s and was killed"))
        self._quiet, self._loading = quiet, loading
        return hung

    def hanging_ms(self, child: Child) -> float:
        """For how long a process has given no sign of life; below two seconds it may only be late."""
        return self._quiet.get((child.name, child.epoch), 0) / MS


def _loading(seat: Seat) -> Iterator[tuple[Child, float]]:
    """Processes of a seat that are not there yet, and how long each may take, in seconds."""
    if seat.successor and seat.state != "standby":
        yield seat.successor, seat.placement.restart.ready_s
    waiting = seat.understudy
    if waiting and not waiting.ready and not waiting.failed:
        yield waiting.child, waiting.placement.restart.ready_s


def _quiet_ns(peer: PeerView) -> int:
    return int(max(peer.silent_ms, peer.pulse.stuck_ms) * MS)
