"""Scenes of three hosts: a laptop where the call began, and two others that reach each other through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bus.messages import FacePlace, Place, VoiceAudio
from bus.parcel import Road
from bus.socket import SessionKeys
from remote.lab.relay import Relay
from tests.bus.house import House, until


@contextmanager
def star(delay_ms: float, mbits: float) -> Iterator[tuple[House, House, House]]:
    """Near the laptop is "near"; to "far" the way is as long as the scene says."""
    keys = SessionKeys.make()
    laptop = House(keys, host="laptop")
    near, far = House(keys, host="near", listens=True), House(keys, host="far", listens=True)
    relays: dict[Road, Relay] = {
        road: Relay(port, delay_ms=delay_ms, mbits=mbits) for road, port in far.span_ports.items()
    }
    laptop.connect("near", near.span_ports)
    laptop.connect("far", {road: relay.port for road, relay in relays.items()})
    houses = (laptop, near, far)
    try:
        until(lambda: all(s.open for house in houses for s in house.hub.frontier.spans), "the hubs did not meet")
        yield houses
    finally:
        for house in houses:
            house.end()
        for relay in relays.values():
            relay.close()


def test_the_last_state_of_one_that_goes_is_on_the_third_host_before_the_news_that_it_went() -> None:
    with star(delay_ms=5, mbits=7) as (laptop, near, far):
        (span,) = far.hub.frontier.spans

        with (
            far.peer("av-sync", takes=(VoiceAudio,)),
            laptop.peer("tts", gives=(VoiceAudio,)) as tts,
        ):
            until(lambda: any("av-sync#1" in s.peers for s in laptop.hub.frontier.spans))
            with near.peer("face", gives=(FacePlace,), kind="actor") as face:
                until(lambda: "face#1" in span.peers)
                tts.send(*[VoiceAudio(sentence=0, position=n, payload=bytes(9_600)) for n in range(100)])
                face.send(FacePlace(place=Place(turn=1, gen=0)))
            until(lambda: "face#1" not in span.peers)
            assert far.hub.exchange.remembered("face")
            assert tts.link.unsettled, "there was something to overtake"
