"""Gauge of a call: what its processes cost, and the status of everything for `avatar status`."""

from __future__ import annotations

import os

from bus.clock import SECOND, now_ns
from bus.control import PeerView
from bus.messages import ActorHealth
from remote.child import Child
from remote.hang import Hangs
from remote.seat import Load, Seat
from remote.staff import Staff
from remote.status import ActorStatus
from remote.vigil import Vigil
from topology.plan import LOCAL

SAMPLE_NS = 2 * SECOND


class Gauge:
    """Samples processor and memory every two seconds, and keeps the logs short."""

    def __init__(self, staff: Staff, began_ns: int, host: str = LOCAL) -> None:
        """`began_ns`: when the call began, which may have been under another host agent."""
        self._staff = staff
        self._began_ns = began_ns
        self._since_ns = now_ns()
        self._host = host
        self._sampled_ns = 0
        self._hub = Load()
        self._agent = Load()

    @property
    def uptime_s(self) -> float:
        """Since the call began."""
        return (now_ns() - self._began_ns) / SECOND

    def sample(self, hub: Child) -> None:
        """Samples when it is time."""
        if now_ns() - self._sampled_ns < SAMPLE_NS:
            return
        self._sampled_ns = now_ns()
        self._hub.sample(hub.pid)
        self._agent.sample(os.getpid())
        hub.trim_log()
        for seat in self._staff.seats.values():
            for child in seat.children:
                child.trim_log()
            if newest := seat.current or seat.successor:
                (seat.load.sample_all if seat.is_service else seat.load.sample)(newest.pid)
            else:
                seat.load = Load()

    def rows(self, vigil: Vigil, hub: ActorHealth, agent: ActorHealth, hub_ns: int = 0) -> tuple[ActorStatus, ...]:
        """One row for each actor, the hub and the agent. `hub_ns`: when the hub was started; 0: with the call."""
        return (
            *(_row(seat, vigil.peers, vigil.hangs) for seat in self._staff.seats.values()),
            self._own(hub, self._hub, hub_ns or self._began_ns, vigil.hub_hanging_ms),
            self._own(agent, self._agent, self._since_ns),
        )

    def _own(self, health: ActorHealth, load: Load, since_ns: int, hanging_ms: float = 0.0) -> ActorStatus:
        return ActorStatus(
            actor=health.actor,
            host=self._host,
            pid=health.pid,
            state=health.state,
            uptime_s=round((now_ns() - since_ns) / SECOND, 1),
            restarts=health.restarts,
            hanging_ms=round(hanging_ms),
            cpu_percent=round(load.cpu_percent, 1),
            memory_mb=round(load.memory_mb, 1),
            error=health.error,
        )


def _row(seat: Seat, peers: list[PeerView], hangs: Hangs) -> ActorStatus:
    child = seat.current or seat.successor
    epoch = child.epoch if child else 0
    peer = next((p for p in peers if p.name == seat.name and p.epoch == epoch), None)
    row = ActorStatus(
        actor=seat.name,
        host=seat.placement.host,
        engine=seat.placement.engine,
        picked=seat.placement.picked,
        epoch=seat.current.epoch if seat.current else 0,
        pid=child.pid if child else 0,
        state=seat.state,
        uptime_s=round((now_ns() - seat.since_ns) / SECOND, 1) if seat.since_ns and seat.current else 0.0,
        restarts=seat.restarts,
        hanging_ms=round(hangs.hanging_ms(child)) if child else 0,
        cpu_percent=round(seat.load.cpu_percent, 1),
        memory_mb=round(seat.load.memory_mb, 1),
        error=seat.error,
    )
    return row if peer is None else row.with_pulse(peer.pulse, peer.waiting)
