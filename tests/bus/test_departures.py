"""Scenes of what leaves a hub for another one, over a connection that does not always take it."""

from __future__ import annotations

from bus.clock import SECOND
from bus.count import Count
from bus.crossing import Carry, Forget, Opened, Posted, Publish, decode_crossing
from bus.departures import Departures
from bus.freight import Freight
from bus.parcel import ROADS, Frames, Parcel, Road


class Scene:
    def __init__(self) -> None:
        self.is_full = False
        self.went: list[tuple[Road, object]] = []
        self.freight, self.count = Freight(), Count()
        self.departures = Departures(self._send, self.freight, self.count, lambda: 9)

    def _send(self, road: Road, frames: Frames) -> bool:
        if not self.is_full:
            self.went.append((road, decode_crossing(frames[0])))
        return not self.is_full

    def pump(self, at_ns: int = 0) -> list[Parcel]:
        return list(self.departures.pump(at_ns, ROADS))

    def carry(self, number: int, stale_ns: int = 0, *, bulky: bool = False) -> None:
        self.freight.carry("av-sync#1", [b"t", b"h", b"p"], number, stale_ns, "tts.audio", bulky=bulky)


def test_what_is_said_goes_before_all_that_waits_and_in_order() -> None:
    scene = Scene()
    scene.is_full = True
    scene.carry(1)
    scene.departures.say(Posted(), b"c")
    scene.departures.say(Forget("asr"))
    assert (scene.pump(), scene.went) == ([], [])
    scene.is_full = False
    scene.departures.say(Forget("vad"))
    scene.pump()
    assert scene.went == [
        ("swift", Posted()),
        ("swift", Forget("asr")),
        ("swift", Forget("vad")),
        ("swift", Carry(("av-sync#1",), 9, 0, 1)),
    ]


def test_stream_messages_are_numbered_as_they_go_and_nothing_else_is() -> None:
    scene = Scene()
    scene.carry(1)
    scene.freight.publish([b"vad.level\0", b"h", b""], "vad", "vad.level", state=False, bulky=False)
    scene.carry(2)
    scene.carry(3, bulky=True)
    scene.pump()
    words = [(road, word.number if isinstance(word, Carry) else word) for road, word in scene.went]
    assert words == [("swift", 1), ("swift", Publish()), ("swift", 2), ("bulky", 1)]


def test_what_goes_stale_is_given_back() -> None:
    scene = Scene()
    scene.carry(1, stale_ns=5)
    assert [parcel.item_id for parcel in scene.pump(6)] == [1]
    assert scene.went == []


def test_a_hail_is_not_kept() -> None:
    scene = Scene()
    scene.is_full = True
    scene.departures.hail(Opened(7))
    scene.is_full = False
    scene.pump()
    assert scene.went == []


def test_of_all_that_is_void_only_what_nobody_keeps_is_lost() -> None:
    scene = Scene()
    scene.is_full = True
    scene.carry(1)
    scene.departures.say(Forget("asr"))
    scene.freight.publish([b"vad.level\0", b"h", b""], "vad", "vad.level", state=False, bulky=False)
    scene.freight.publish([b"tts.state\0", b"h", b""], "tts", "tts.state", state=True, bulky=False)
    scene.freight.publish([b"^tts.audio\0", b"h", b""], "", "tts.audio", state=False, bulky=True, is_copy=True)
    assert [parcel.topic for parcel in scene.departures.clear()] == ["vad.level", "tts.audio"]
    scene.is_full = False
    scene.pump()
    assert scene.went == []


def test_a_post_is_said_again_over_the_next_connection_unless_it_is_known_to_have_come() -> None:
    scene = Scene()
    scene.departures.post([b"pause"], now=True)
    scene.departures.post_again()
    assert scene.went == [("swift", Posted())]
    scene.departures.clear()
    scene.departures.post([b"resume"], now=False)
    scene.departures.post_again()
    assert scene.went == 3 * [("swift", Posted())]
    scene.departures.clear()
    scene.departures.posts.came(60 * SECOND)
    scene.departures.post_again()
    assert len(scene.went) == 5, "none of these was answered for on this connection"
    scene.departures.posts.came(60 * SECOND)
    scene.departures.clear()
    scene.departures.post_again()
    assert len(scene.went) == 5
