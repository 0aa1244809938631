"""Scenes of two hosts with a slow line between them: what stands behind what."""

from __future__ import annotations

from bus.clock import MS
from bus.codec import decode_header
from bus.parcel import ROADS, window_bytes
from tests.bus.two_sides import LAPTOP_NS, carry, frames_of, ids, met


def test_a_barge_in_overtakes_half_a_second_of_sound_and_all_the_pictures() -> None:
    wire = met(mbits=7.0)
    for number in range(1, 200):
        carry(wire.gpu, number, size=9_600)
        carry(wire.gpu, 1_000 + number, "face.mouth", 12_000, bulky=True)
    wire.run(200)
    asked_ns = wire.at_ns
    wire.gpu.span.post(frames_of("turn-manager.cut", 5_000))
    wire.run(400)
    ((number, heard_ns),) = wire.laptop.told("posted")
    under_way_ms = sum(window_bytes(road, 48 * MS) for road in ROADS) * 8 / 7e3
    assert (number, (heard_ns - LAPTOP_NS - asked_ns) / MS <= 24 + under_way_ms + 2) == (5_000, True)


def test_a_voice_made_in_a_blink_does_not_stand_behind_itself_on_the_way() -> None:
    wire = met(mbits=7.0)
    for number in range(1, 31):
        carry(wire.gpu, number, size=9_600)
    for frame in range(75):
        carry(wire.gpu, 1_000 + frame, "face.mouth", 8_500, bulky=True)
        wire.run(25)
    wire.run(1_000)
    assert len(ids(wire.laptop)) == 105
    assert wire.laptop.span.ways.worst_ns("swift") / MS <= 24 + 11 + 9.7 + 1


def test_sound_in_real_time_is_not_delayed_by_pictures_at_seven_megabits() -> None:
    wire = met(mbits=7.0)
    delays = []
    for step in range(100):  # 4 s: a frame every 40 ms, a slice of sound every 20 ms
        carry(wire.gpu, 10_000 + step, "face.mouth", 14_000, bulky=True)
        for half in range(2):
            carry(wire.gpu, 2 * step + half + 1, size=1_920)
            wire.run(20)
    wire.run(500)
    for members, _number, frames, came_ns in wire.laptop.told("carried"):
        assert members
        topic, head = decode_header(frames)
        if topic == "tts.audio":
            delays.append((came_ns - head.t) / MS)
    assert len(delays) == 200
    assert sorted(delays)[int(0.99 * 200)] <= 24 + 25
    assert ids(wire.laptop).count(10_099) == 1
