"""Scenes of parcels that wait to cross."""

from __future__ import annotations

import math

from bus.clock import MS, SECOND
from bus.parcel import CREDIT_NS, GRAIN_BYTES, MOST_BYTES, PACE, Lane, Parcel, window_bytes


def sound(number: int, size: int = 100, member: str = "mic-out#1", stale_ns: int = 0) -> Parcel:
    return Parcel("tts.audio", [b"tts.audio\0", b"h", b"p"], size, stale_ns, members=[member], item_id=number)


def level(number: int, keep: int = 3) -> Parcel:
    return Parcel("vad.level", [b"vad.level\0", b"%d" % number], 10, newest=(b"vad.level\0", "", keep))


class Wire:
    """Takes what a lane sends, while it may."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.sent: list[Parcel] = []
        self.blocked = False

    def pump(self, now_ns: int = 0) -> list[Parcel]:
        return list(self.lane.outgoing(now_ns, self._take))

    def _take(self, parcel: Parcel) -> bool:
        if not self.blocked:
            self.sent.append(parcel)
        return not self.blocked

    @property
    def numbers(self) -> list[int]:
        return [parcel.item_id for parcel in self.sent]


def test_no_more_is_under_way_than_the_window_lets_through() -> None:
    wire = Wire(lane := Lane(250))
    for number in range(1, 6):
        lane.add(sound(number))
    wire.pump()
    assert wire.numbers == [1, 2]
    lane.got(100)
    wire.pump()
    assert wire.numbers == [1, 2, 3]
    lane.got(300)
    wire.pump()
    assert wire.numbers == [1, 2, 3, 4, 5]


def test_a_window_is_filled_over_a_round_trip_and_not_at_once() -> None:
    wire = Wire(lane := Lane(20_000))
    lane.trip_ns = 48 * MS
    for number in range(1, 5):
        lane.add(sound(number, 4_000))
    went_ms = []
    for at_ms in range(1_000, 1_100):
        before = len(wire.sent)
        wire.pump(at_ms * MS)
        went_ms += [at_ms - 1_000] * (len(wire.sent) - before)
    each_ms = 48 * 4_000 / (PACE * 20_000)
    assert went_ms == [0, *(math.ceil(n * each_ms - CREDIT_NS / MS) for n in (1, 2, 3))]


def test_some_short_texts_go_at_once_and_one_that_is_larger_than_the_window_rests_no_longer_than_a_trip() -> None:
    wire = Wire(lane := Lane(20_000))
    lane.trip_ns = 48 * MS
    for number in range(1, 4):
        lane.add(sound(number, 500))
    lane.add(sound(4, 1_000_000))
    wire.pump(SECOND)
    assert wire.numbers == [1, 2, 3]
    lane.got(1_500)
    wire.pump(SECOND + 10 * MS)
    lane.got(1_001_500)
    lane.add(sound(5))
    wire.pump(SECOND + 50 * MS)
    assert (wire.numbers, lane.is_paced) == ([1, 2, 3, 4], True)
    wire.pump(SECOND + 59 * MS)
    assert (wire.numbers, lane.is_paced) == ([1, 2, 3, 4, 5], False)


def test_of_what_the_window_holds_one_there_may_be_two_under_way() -> None:
    wire = Wire(lane := Lane(150))
    for number in range(1, 5):
        lane.add(sound(number))
    wire.pump()
    assert wire.numbers == [1, 2]
    lane.got(100)
    wire.pump()
    assert wire.numbers == [1, 2, 3]


def test_one_that_is_larger_than_the_window_goes_alone() -> None:
    wire = Wire(lane := Lane(250))
    lane.add(sound(1, 1_000))
    lane.add(sound(2))
    wire.pump()
    assert wire.numbers == [1]
    lane.got(1_000)
    wire.pump()
    assert wire.numbers == [1, 2]


def test_a_receipt_for_more_than_was_sent_opens_nothing() -> None:
    wire = Wire(lane := Lane(150))
    lane.add(sound(1))
    wire.pump()
    lane.got(10**9)
    for number in (2, 3, 4):
        lane.add(sound(number))
    wire.pump()
    assert wire.numbers == [1, 2, 3]


def test_one_message_for_two_members_crosses_once() -> None:
    wire = Wire(lane := Lane(1_000))
    lane.add(sound(1, member="face#1"))
    lane.add(sound(1, member="av-sync#2"))
    wire.pump()
    assert [parcel.members for parcel in wire.sent] == [["face#1", "av-sync#2"]]


def test_what_joins_one_that_waits_for_another_member_overtakes_nothing() -> None:
    wire = Wire(lane := Lane(1_000))
    lane.add(sound(3, member="turn-manager#1"))
    for number in (1, 2, 3, 4):
        lane.add(sound(number, member="av-sync#1"))
    lane.add(sound(3, member="av-sync#1"))
    lane.add(sound(4, member="turn-manager#1"))
    wire.pump()
    assert [parcel.item_id for parcel in wire.sent if "av-sync#1" in parcel.members] == [1, 2, 3, 4]
    assert [parcel.item_id for parcel in wire.sent if "turn-manager#1" in parcel.members] == [3, 4]
    assert wire.numbers == [3, 1, 2, 3, 4]


def test_consumers_of_the_same_share_what_waits_also_when_they_are_given_it_one_after_the_other() -> None:
    wire = Wire(lane := Lane(1_000))
    for member in ("face#1", "av-sync#1", "face#1"):
        for number in (1, 2, 3):
            lane.add(sound(number, member=member))
    wire.pump()
    assert [(parcel.item_id, parcel.members) for parcel in wire.sent] == [
        (number, ["face#1", "av-sync#1"]) for number in (1, 2, 3)
    ]


def test_what_goes_stale_while_it_waits_is_given_back_and_the_rest_goes_on() -> None:
    wire = Wire(lane := Lane(1_000))
    lane.add(sound(1, stale_ns=50))
    lane.add(sound(2))
    assert [parcel.item_id for parcel in wire.pump(now_ns=51)] == [1]
    assert wire.numbers == [2]


def test_of_what_only_the_newest_matters_the_oldest_are_dropped() -> None:
    wire = Wire(lane := Lane(10))
    dropped = [old for number in range(5) for old in lane.add(level(number))]
    assert [old.frames[1] for old in dropped] == [b"0", b"1"]
    assert len(lane) == 3
    lane.got(0)
    wire.pump()
    assert [parcel.frames[1] for parcel in wire.sent] == [b"2", b"3"]


def test_a_blocked_connection_loses_nothing() -> None:
    wire = Wire(lane := Lane(1_000))
    wire.blocked = True
    lane.add(sound(1))
    wire.pump()
    assert (wire.sent, len(lane)) == ([], 1)
    wire.blocked = False
    wire.pump()
    assert wire.numbers == [1]


def test_a_fresh_connection_begins_with_an_open_window() -> None:
    wire = Wire(lane := Lane(100))
    for number in (1, 2, 3):
        lane.add(sound(number))
    wire.pump()
    lane.clear()
    assert len(lane) == 0
    lane.add(sound(3))
    wire.pump()
    assert wire.numbers == [1, 2, 3]


def test_copies_for_taps_go_when_nothing_else_waits() -> None:
    wire = Wire(lane := Lane(250))
    lane.add(Parcel("face.mouth", [b"#face.mouth\0", b"copy"], 100, newest=(b"#face.mouth\0", "", 2), is_copy=True))
    lane.add(sound(1))
    lane.add(sound(2))
    wire.pump()
    assert wire.numbers == [1, 2]
    lane.got(200)
    wire.pump()
    assert wire.numbers == [1, 2, 0]
    assert not lane


def test_of_copies_only_the_newest_wait_and_they_push_out_nothing_else() -> None:
    lane = Lane(250)
    lane.add(level(1))
    copies = [Parcel("t", [b"#t\0", b"%d" % n], 9, newest=(b"#t\0", "", 2), is_copy=True) for n in range(4)]
    assert [old for copy in copies for old in lane.add(copy)] == copies[:2]
    assert len(lane) == 3


def test_a_longer_way_has_a_wider_window_so_that_the_rate_stays() -> None:
    near, far = window_bytes("swift", MS), window_bytes("swift", 100 * MS)
    assert near >= GRAIN_BYTES
    assert far - near == 250_000 * 99 // 1_000
    assert window_bytes("bulky", 60_000 * MS) == MOST_BYTES


def test_what_a_barge_in_made_void_leaves_the_queue_and_the_rest_keeps_its_order() -> None:
    lane = Lane(100)
    wire = Wire(lane)
    lane.add(sound(0))
    wire.pump()
    for number, gen in ((1, 2), (2, 3), (3, 0), (4, 2)):
        lane.add(Parcel("tts.audio", [b"%d" % number], 100, members=["mic-out#1"], item_id=number, gen=gen))
    assert [parcel.item_id for parcel in lane.drop_below(3)] == [1, 4]
    assert lane.drop_below(3) == []
    lane.got(1_000)
    lane.window_bytes = 1_000
    wire.pump()
    assert wire.numbers == [0, 2, 3]
