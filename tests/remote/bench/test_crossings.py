"""Scenes of what crosses between two hosts, told as figures."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.clock import MS, SECOND
from bus.link import Delivery
from bus.messages import Cut, VoiceAudio
from remote.bench.crossings import Carried, Crossings, crossing_figures, rate_mbits, spoken
from remote.lab.relay import Relay
from remote.lab.two_hosts import TwoHosts
from tests.remote.bench.letters import letter, played


def arriving(delivery: Delivery, after_ms: float, *, shift_ms: float = 0.0) -> Delivery:
    header = msgspec.structs.replace(delivery.header, shift=round(shift_ms * MS))
    return Delivery(header, delivery.message, header.t + round(after_ms * MS))


def test_only_what_crosses_while_the_avatar_is_heard_counts() -> None:
    carried = [Carried(at_ns=second * SECOND, up=second * 1_000, down=second * 100_000) for second in range(5)]
    carried += [Carried(at_ns=5 * SECOND, up=9_000_000, down=9_000_000)]
    assert rate_mbits(carried, [(0, 4 * SECOND)]) == pytest.approx((0.008, 0.8))
    assert rate_mbits(carried, []) == (0.0, 0.0)


def test_a_pause_a_cut_and_the_end_are_where_the_voice_stops() -> None:
    told = [
        played("started", 1_000),
        played("paused", 2_000),
        played("resumed", 3_000),
        played("cut", 4_000),
        played("done", 4_100),
        played("started", 5_000, turn=2),
        played("done", 6_000, turn=2),
    ]
    assert spoken(told) == [(s * SECOND, e * SECOND) for s, e in ((1, 2), (3, 4), (5, 6))]


def test_what_came_too_late_is_a_miss() -> None:
    relay = Relay(1)
    try:
        crossings = Crossings(TwoHosts(Path(), relay, 0))
    finally:
        relay.close()
    crossings.posts = [arriving(letter(Cut(below_gen=2)), 30, shift_ms=-4)]
    crossings.clock_ms = [2.0]
    crossings.voice_ms = [31.0, 50.0]
    pieces = [VoiceAudio(sentence=0, position=960 * n) for n in range(5)]
    deliveries = [arriving(letter(piece), ms) for piece, ms in zip(pieces, (30.0, 40.0, 50.0, 60.0, 70.0), strict=True)]
    figures = {f.name.strip(): (f.value, f.verdict) for f in crossing_figures(crossings, deliveries)}
    assert figures["voice, on the way, p99"] == (50.0, "miss")
    assert figures["first voice of a reply, made there to taken here, worst"] == (30.0, "ok")
    assert figures["all voice: most is made long before its time, and waits, p50"] == (50.0, "")
    assert figures["pauses and cuts, from here to the other hub, worst"] == (30.0, "ok")
    assert figures["clocks: true error, worst"] == (4.0, "miss")
    assert figures["clocks: stated error, worst"] == (2.0, "ok")
