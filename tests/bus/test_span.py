"""Scenes of two hubs that reach each other over a long wire: both sides are real, the wire and the clocks are not."""

from __future__ import annotations

import msgspec

from bus.clock import MS, SECOND
from bus.codec import decode_header
from bus.crossing import Meet, encode_crossing
from bus.parcel import ROADS
from tests.bus.two_sides import GPU_NS, LAPTOP_NS, Wire, afar, carry, frames_of, ids, met


def test_both_sides_know_each_other_two_round_trips_after_the_connection_stands() -> None:
    wire = Wire()
    wire.gpu.here = [afar("tts", "chunker.sentence")]
    wire.laptop.span.begin()
    wire.run(5 * 25 + 1)
    spans = (wire.laptop.span, wire.gpu.span)
    assert [(s.host, s.open, *s.peers) for s in spans] == [("gpu", True, "tts#1"), ("laptop", True)]


def test_nobody_hears_of_the_other_side_before_the_clocks_are_known() -> None:
    wire = Wire()
    wire.laptop.span.begin()
    for _ in range(200):
        wire.run(1)
        for side in (wire.laptop, wire.gpu):
            other = wire.gpu if side is wire.laptop else wire.laptop
            assert other.span.offset.known or not side.told("news")
    assert wire.laptop.told("news")


def test_a_message_arrives_with_all_its_times_on_the_clock_of_the_host_where_it_is_read() -> None:
    wire = met()
    sent_at = wire.at_ns
    carry(wire.gpu, 7)
    wire.run(60)
    ((members, number, frames, _),) = wire.laptop.told("carried")
    _, head = decode_header(frames)
    assert (members, number) == (("av-sync#1",), 7)
    true_ns = LAPTOP_NS + sent_at
    for time_ns in (head.t, head.t0, head.trace[0].received, head.trace[0].sent):
        assert abs(time_ns - true_ns) < MS
    assert abs(head.shift - (LAPTOP_NS - GPU_NS)) < MS
    assert head.error == wire.laptop.span.offset.error_ns(wire.laptop.span.heard_ns) > 0


def test_a_reply_spoken_in_a_blink_does_not_stand_before_its_first_mouths() -> None:
    wire = met(mbits=7.0)
    for number in range(1, 500):  # ten seconds of sound
        carry(wire.gpu, number, size=1_920)
    wire.run(20)
    drawn_ns = wire.at_ns
    carry(wire.gpu, 10_000, "face.mouth", 12_000, bulky=True)
    wire.run(4_000)
    came_ns = {number: came_ns - LAPTOP_NS for _, number, _, came_ns in wire.laptop.told("carried")}
    assert came_ns[10_000] - drawn_ns <= (24 + 25) * MS
    assert len(came_ns) == 500
    assert (24 - 2) * MS <= wire.laptop.span.ways.worst_ns("swift") <= (24 + 25) * MS
    assert came_ns[499] - drawn_ns < 10 / 2.5 * SECOND


def test_a_reply_that_was_cut_does_not_stand_before_the_next_one() -> None:
    wire = met(mbits=7.0)
    for number in range(1, 500):
        wire.gpu.span.freight.carry(
            "av-sync#1", frames_of("tts.audio", number, bytes(1_920)), number, 0, "tts.audio", bulky=False, gen=1
        )
    wire.run(100)
    wire.gpu.span.raise_fence(2)
    answered_ns = wire.at_ns
    carry(wire.gpu, 1_000)
    wire.run(100)
    came_ns = {number: came_ns - LAPTOP_NS for _, number, _, came_ns in wire.laptop.told("carried")}
    assert came_ns[1_000] - answered_ns <= (24 + 25) * MS
    void = [number for _, (number,) in wire.gpu.told("handled")]
    assert sorted([*void, *came_ns]) == [*range(1, 500), 1_000], "each has come, or its log knows that it need not"
    assert [d.reason for d in wire.gpu.tally.drops()] == ["generation"]


def test_what_nobody_was_told_of_before_a_cut_is_carried_again_after_it_in_order() -> None:
    wire = met()
    for number in range(1, 50):
        carry(wire.gpu, number, size=5_000)
    wire.run(60)
    had = ids(wire.laptop)
    assert 0 < len(had) < 49
    wire.cut()
    wire.run(3_000)
    wire.mend()
    wire.run(200)
    assert wire.gpu.told("parted")[-1] == ("av-sync#1",), "its hub takes back what is under way"
    for number in range(had[-1] + 1, 50):
        carry(wire.gpu, number, size=5_000)
    wire.run(2_000)
    assert ids(wire.laptop) == [*had, *range(had[-1] + 1, 50)]


def test_pictures_wait_until_their_own_connection_is_known_to_be_a_fresh_one() -> None:
    wire = met()
    for number in range(1, 6):
        carry(wire.gpu, number, "face.mouth", 1_000, bulky=True)
    wire.run(10)
    wire.laptop.span.begin()  # the swift connection was made anew; on the old bulky one they are still under way
    wire.run(40)
    assert not ids(wire.laptop), "they come again, from the first on"
    wire.dead = "bulky"
    wire.run(300)
    for number in range(1, 6):
        carry(wire.gpu, number, "face.mouth", 1_000, bulky=True)
    carry(wire.gpu, 6)
    wire.run(300)
    assert ids(wire.laptop) == [6], "words go on meanwhile"
    wire.dead = ""
    wire.run(300)
    assert ids(wire.laptop) == [6, 1, 2, 3, 4, 5]


def test_pictures_that_were_under_way_on_a_connection_that_died_alone_come_again() -> None:
    wire = met()
    wire.dead = "bulky"
    carry(wire.gpu, 1, "face.mouth", 1_000, bulky=True)
    wire.run(100)
    wire.dead = ""
    wire.laptop.span.widened()
    wire.run(200)
    assert wire.gpu.told("parted")[-1] == ("av-sync#1",), "its hub takes back what is under way"
    carry(wire.gpu, 1, "face.mouth", 1_000, bulky=True)
    wire.run(100)
    assert ids(wire.laptop) == [1]


def test_old_words_on_a_fresh_connection_are_not_heard() -> None:
    wire = met()
    before = len(wire.laptop.log)
    wire.laptop.span.begin()
    wire.laptop.span.take("swift", [b"\x80"])
    wire.gpu.span.finish("tts#1", [1])
    wire.run(10)
    assert [name for name, _ in wire.laptop.log[before:]] == ["parted"]


def test_what_set_out_before_they_met_again_is_void_on_the_road_of_pictures_too() -> None:
    wire = met()
    wire.late_ms = 60.0
    carry(wire.gpu, 1, "face.mouth", bulky=True)
    wire.run(10)
    wire.laptop.span.begin()
    wire.run(60)
    assert wire.laptop.span.boot == 1, "they have met, and the picture is still on its way"
    wire.run(140)
    assert (wire.laptop.span.open, ids(wire.laptop)) == (True, [])
    carry(wire.gpu, 1, "face.mouth", bulky=True)
    wire.run(90)
    assert ids(wire.laptop) == [1]


def test_a_late_answer_is_not_taken_for_the_answer_to_what_was_asked_since() -> None:
    wire = met()
    wire.laptop.span.begin()
    wire.run(30)
    wire.laptop.span.begin()
    wire.run(30)
    assert wire.laptop.span.boot == 0
    wire.run(30)
    assert wire.laptop.span.boot == 1
    assert len(wire.gpu.told("parted")) == 3


def test_what_is_sent_over_a_new_connection_before_it_is_noticed_waits_for_what_was_lost_with_the_old_one() -> None:
    for road in ROADS:
        wire = met()
        wire.dead = road  # made again a moment later, and nobody has noticed yet
        for number in range(1, 4):
            carry(wire.gpu, number, bulky=road == "bulky")
        wire.run(10)
        wire.dead = ""
        for number in range(4, 6):
            carry(wire.gpu, number, bulky=road == "bulky")
        wire.run(200)
        assert (wire.gpu.told("parted")[-1], ids(wire.laptop)) == (("av-sync#1",), []), "its hub takes all back"
        assert wire.laptop.tally["tts.audio", "reconnect"] == 2
        for number in range(1, 6):
            carry(wire.gpu, number, bulky=road == "bulky")
        wire.run(200)
        assert ids(wire.laptop) == [1, 2, 3, 4, 5]


def test_the_side_that_was_called_hears_nothing_more_after_a_gap_until_it_is_called_again() -> None:
    wire = met()
    wire.gpu.span.peers["face#1"] = afar("face", "tts.audio")
    wire.dead = "swift"
    carry(wire.laptop, 1)
    wire.run(10)
    wire.dead = ""
    carry(wire.laptop, 2)
    wire.laptop.span.post(frames_of("turn-manager.pause", 3))
    wire.run(60)
    carry(wire.laptop, 4)
    wire.run(60)
    assert (ids(wire.gpu), wire.gpu.span.boot, len(wire.gpu.told("posted"))) == ([], 0, 1)
    assert (wire.gpu.tally["tts.audio", "reconnect"], wire.gpu.told("parted")[-1]) == (2, ("av-sync#1", "face#1"))
    wire.laptop.span.begin()
    wire.run(200)
    for number in (1, 2, 4):
        carry(wire.laptop, number)
    wire.run(60)
    assert ids(wire.gpu) == [1, 2, 4]


def test_a_call_over_an_old_connection_that_comes_after_that_over_the_new_one_is_not_heard() -> None:
    wire = met()
    first = Meet("laptop", 1, meeting=LAPTOP_NS - 1)
    wire.gpu.span.take("swift", [encode_crossing(first)])
    assert wire.gpu.span.boot == 1
    carry(wire.gpu, 1)
    wire.run(60)
    assert (ids(wire.laptop), len(wire.gpu.told("parted"))) == ([1], 1)
    wire.gpu.span.take("swift", [encode_crossing(msgspec.structs.replace(first, boot=2))])
    assert len(wire.gpu.told("parted")) == 2, "a hub that is new may count from anywhere"


def test_levels_that_wait_when_the_connection_breaks_are_counted_as_lost() -> None:
    wire = met()
    for number in range(1, 3):
        wire.gpu.span.publish([b"tts.level\0", b"h", bytes(300_000)], "tts", "tts.level", state=False, bulky=False)
        wire.run(1 if number == 1 else 0)
    wire.laptop.span.begin()
    wire.run(30)
    assert wire.gpu.tally["tts.level", "link"] == 1


def test_a_side_that_says_nothing_for_three_seconds_is_out_of_reach_and_comes_back() -> None:
    wire = met()
    assert not wire.laptop.span.is_quiet(wire.laptop.now_ns())
    wire.cut()
    wire.run(3_100)
    assert wire.laptop.span.is_quiet(wire.laptop.now_ns())
    wire.mend()
    wire.run(200)
    assert wire.laptop.span.open


def test_a_wish_reaches_the_other_side_and_the_last_one_counts() -> None:
    wire = met()
    wire.laptop.wanted = [b"vad.level\0"]
    wire.laptop.tell()
    wire.laptop.wanted = [b"^tts.audio\0"]
    wire.laptop.tell("asr#1")
    wire.run(30)
    assert wire.gpu.span.wanted(b"^tts.audio\0")
    assert not wire.gpu.span.wanted(b"vad.level\0")
    assert wire.gpu.told("news")[-1] == (("av-sync#1",), ("asr#1",))


def test_hostile_words_are_counted_and_the_span_goes_on() -> None:
    wire = met()
    for frames in ([], [b""], [b"\xc1"], [b"\x81\xa4type\xa5Carry"], [b"\xff" * 100, b"x"], [b"\x80"]):
        wire.laptop.span.take("swift", frames)
    assert wire.laptop.tally["?", "crossing"] == 6
    carry(wire.gpu, 1)
    wire.run(60)
    assert ids(wire.laptop) == [1]
