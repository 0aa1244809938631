"""Gauge: rows of the status, logs kept short."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.control import Drops, PeerView, Pulse
from bus.errand import Errand
from bus.messages import ActorHealth
from remote import gauge
from remote.gauge import Gauge
from remote.hang import Hangs
from remote.status import ActorStatus
from remote.vigil import Vigil
from tests.remote.doubles import KEYS, Troupe


class Watch(Vigil):
    """What a vigil knows."""

    def __init__(self, peers: list[PeerView], hub_hanging_ms: float = 0.0) -> None:
        self.hangs = Hangs()
        self._peers = peers
        self._hub_hanging_ms = hub_hanging_ms

    @property
    def peers(self) -> list[PeerView]:
        return self._peers

    @property
    def hub_hanging_ms(self) -> float:
        return self._hub_hanging_ms


def rows_of(measure: Gauge, vigil: Vigil, hub: ActorHealth) -> dict[str, ActorStatus]:
    return {row.actor: row for row in measure.rows(vigil, hub, ActorHealth("agent", "running", pid=1))}


@pytest.fixture
def troupe(monkeypatch: pytest.MonkeyPatch) -> Troupe:
    troupe = Troupe(monkeypatch).up()
    monkeypatch.setattr(gauge, "now_ns", troupe.clock.now_ns)
    return troupe


def test_a_row_joins_what_the_process_and_what_the_actor_tells(troupe: Troupe) -> None:
    hub = ActorHealth("hub", "running", pid=9, restarts=3)
    pulse = Pulse(
        rate_hz=50, p50_ms=1.5, p99_ms=9, lag_ms=0.26, busy_ms=4_000, drops=(Drops("a", "ttl", 2), Drops("b", "ttl", 3))
    )
    peers = [
        PeerView("tts", 1, "actor", 101, "active", pulse, 4, 10),
        PeerView("vad", 7, "actor", 107, "active", pulse, 4, 10),
    ]
    measure = Gauge(troupe.staff, 0)
    troupe.clock.sleep_ms(2_500)
    vigil = Watch(peers, 2_500)
    vigil.hangs.look(troupe.staff.seats.values(), [], 1_500_000_000)
    rows = rows_of(measure, vigil, hub)
    tts = rows["tts"]
    assert (tts.state, tts.pid, tts.engine, tts.uptime_s) == ("running", 101, "fake", 2.5)
    assert (tts.rate_hz, tts.queue, tts.p99_ms, tts.lag_ms, tts.dropped) == (50, 4, 9, 0.3, 5)
    assert (tts.busy_ms, tts.hanging_ms, rows["hub"].hanging_ms) == (4_000, 1_500, 2_500)
    assert rows["vad"].rate_hz == 0  # the pulse of another life is not its own
    assert (rows["hub"].restarts, rows["hub"].state, list(rows)[-2:]) == (3, "running", ["hub", "agent"])


def test_one_that_waits_for_its_next_life_has_no_process_and_says_why(troupe: Troupe) -> None:
    troupe.die("tts", 1)
    row = rows_of(Gauge(troupe.staff, 0), Watch([]), ActorHealth("hub", "running"))["tts"]
    assert (row.state, row.pid, row.uptime_s, row.error) == ("waiting", 0, 0, "it ended with code -9")


def test_logs_are_looked_at_now_and_then_only(troupe: Troupe) -> None:
    hub = troupe.made([], Errand(name="hub", keys=KEYS), Path("hub.log"))
    measure = Gauge(troupe.staff, 0)
    measure.sample(hub)
    measure.sample(hub)
    assert (hub.trimmed, troupe.child("tts", 1).trimmed) == (1, 1)
    troupe.clock.sleep_ms(2_001)
    measure.sample(hub)
    assert hub.trimmed == 2
