"""Status of a call, as it goes through the bus."""

from __future__ import annotations

import msgspec

from bus.control import Drops, Pulse
from remote.status import ActorStatus, CallStatus

ROW = ActorStatus(
    actor="tts", host="local", pid=7, state="running", uptime_s=1, restarts=0, cpu_percent=3, memory_mb=40, error="why"
)


def test_a_pulse_fills_in_what_only_the_actor_knows_and_keeps_the_rest() -> None:
    row = ROW.with_pulse(Pulse(rate_hz=5, queue=1, lag_ms=1.26, drops=(Drops("a", "ttl", 2), Drops("b", "x", 1))), 9)
    assert (row.rate_hz, row.queue, row.lag_ms, row.dropped) == (5, 9, 1.3, 3)
    assert (row.actor, row.memory_mb, row.error) == ("tts", 40, "why")


def test_a_status_survives_the_wire() -> None:
    status = CallStatus("demo", "demo.toml", "running", 1.5, (ROW,))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(status), type=CallStatus) == status
