"""Scenes of what waits on both roads of a span."""

from __future__ import annotations

from bus.clock import MS
from bus.freight import Freight
from bus.parcel import Parcel, Road


def sent(freight: Freight, road: Road, at_ms: range = range(1)) -> list[str]:
    went: list[str] = []

    def send(parcel: Parcel) -> bool:
        went.append(parcel.topic)
        return True

    for now_ms in at_ms:
        assert not list(freight.outgoing(road, now_ms * MS, send))
    return went


def test_pictures_wait_on_one_road_and_all_else_on_the_other() -> None:
    freight = Freight()
    freight.carry("av-sync#1", [b"m"], 1, 0, "face.mouth", bulky=True)
    freight.carry("av-sync#1", [b"s"], 2, 0, "tts.audio", bulky=False)
    freight.publish([b"l"], "vad", "vad.level", state=False, bulky=False)
    assert (sent(freight, "bulky"), sent(freight, "swift")) == (["face.mouth"], ["tts.audio", "vad.level"])


def test_each_road_has_a_window_of_its_own_that_a_longer_way_widens() -> None:
    freight = Freight()
    for number in range(1, 101):
        freight.carry("av-sync#1", [bytes(1_000)], number, 0, "tts.audio", bulky=False)
    near = len(sent(freight, "swift"))
    freight.widen(50 * MS)
    assert 0 < near < near + len(sent(freight, "swift", range(100))) < 100
    freight.got("bulky", 100_000)
    assert not sent(freight, "swift", range(100, 200)), "receipts of the other road are of no use to it"
    freight.got("swift", near * 1_000)
    assert len(sent(freight, "swift", range(200, 300))) == near


def test_one_whose_window_has_room_may_wait_for_its_time() -> None:
    freight = Freight()
    freight.widen(50 * MS)
    for number in (1, 2):
        freight.carry("av-sync#1", [bytes(9_000)], number, 0, "tts.audio", bulky=False)
    assert (len(sent(freight, "swift", range(9, 10))), freight.is_paced) == (1, True)
    assert (len(sent(freight, "swift", range(10, 60))), freight.is_paced) == (1, False)


def test_of_what_is_worth_only_its_newest_the_older_are_given_back() -> None:
    freight = Freight()
    assert not freight.publish([b"t", b"1"], "tts", "tts.state", state=True, bulky=False)
    assert [old.frames[1] for old in freight.publish([b"t", b"2"], "tts", "tts.state", state=True, bulky=False)] == [
        b"1"
    ]
    freight.carry("av-sync#1", [b"m"], 1, 0, "face.mouth", bulky=True, gen=1)
    freight.carry("av-sync#1", [b"s"], 2, 0, "tts.audio", bulky=False, gen=2)
    assert [old.topic for old in freight.drop_below(2)] == ["face.mouth"]
    freight.clear()
    assert not sent(freight, "swift")
