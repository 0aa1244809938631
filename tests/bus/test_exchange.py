"""Scenes of the exchange: late joiners, taps, and who is still subscribed."""

from __future__ import annotations

import pytest

from bus.codec import Torn
from bus.exchange import MAX_STATES, MAX_WANTED, CopyNumber, Exchange

STATE = b"turn-manager.state\0"


def frames(topic: bytes = STATE, payload: bytes = b"") -> list[bytes]:
    return [topic, b"header", payload]


def test_a_late_joiner_gets_the_last_value_of_each_source() -> None:
    exchange = Exchange()
    assert exchange.declare_state([STATE]) == [b"\x01" + STATE]
    exchange.keep(STATE, "a", (1, 1), [STATE, b"old", b""])
    exchange.keep(STATE, "a", (1, 2), [STATE, b"new", b""])
    exchange.keep(STATE, "b", (1, 1), [STATE, b"other", b""])
    _, replay = exchange.subscription(b"\x01" + STATE)
    assert [copy[1] for copy in replay] == [b"new", b"other"]


def test_only_news_counts_as_news_and_a_newer_life_wins() -> None:
    exchange = Exchange()
    assert exchange.keep(STATE, "a", (1, 5), frames())
    assert not exchange.keep(STATE, "a", (1, 5), frames())
    assert not exchange.keep(STATE, "a", (1, 4), frames())
    assert exchange.keep(STATE, "a", (2, 1), frames())


def test_a_topic_is_wanted_upstream_until_the_last_subscriber_has_gone() -> None:
    exchange = Exchange()
    assert exchange.subscription(b"\x01vad.level\0") == ([b"\x01vad.level\0"], [])
    assert exchange.subscription(b"\x01~vad.level\0") == ([], [])
    assert exchange.subscription(b"\x00vad.level\0") == ([], [])
    assert exchange.subscription(b"\x00~vad.level\0") == ([b"\x00vad.level\0"], [])
    assert exchange.subscription(b"\x00vad.level\0") == ([], []), "one too many changes nothing"


def test_a_state_stays_wanted_by_the_hub_itself() -> None:
    exchange = Exchange()
    exchange.declare_state([STATE])
    exchange.subscription(b"\x01" + STATE)
    assert exchange.subscription(b"\x00" + STATE) == ([], [])
    assert exchange.is_state(STATE)
    assert not exchange.is_state(b"vad.level\0")


def test_taps_get_whole_copies_or_headers_with_the_length() -> None:
    exchange = Exchange(boot=7)
    topic = b"tts.audio\0"
    assert not exchange.is_tapped(topic)
    exchange.subscription(b"\x01~" + topic)
    exchange.subscription(b"\x01^" + topic)
    assert exchange.is_tapped(topic)
    assert exchange.copies(frames(topic, b"12345")) == [
        [b"~" + topic, b"header", b"12345", b"7 1"],
        [b"^" + topic, b"header", b"5", b"7 1"],
    ]
    assert [CopyNumber.read(copy[3]) for copy in exchange.copies(frames(topic))] == [CopyNumber(7, 2)] * 2


@pytest.mark.parametrize("frame", [b"", b"7", b"7 ", b"7 -1", b"x 1", b"7 1 1", b"9" * 40 + b" " + b"9" * 40])
def test_a_copy_without_a_number_is_torn(frame: bytes) -> None:
    with pytest.raises(Torn):
        CopyNumber.read(frame)


def test_a_tap_of_a_state_begins_with_its_value() -> None:
    exchange = Exchange()
    exchange.keep(STATE, "a", (1, 1), frames(payload=b"abc"))
    assert exchange.subscription(b"\x01^" + STATE)[1] == [[b"^" + STATE, b"header", b"3", b"0 0"]]


@pytest.mark.parametrize(
    "frame", [b"", b"\x02x", b"hello", b"\x01" + b"x" * 1_000], ids=["empty", "kind", "text", "long"]
)
def test_what_is_no_subscription_is_refused(frame: bytes) -> None:
    with pytest.raises(Torn) as caught:
        Exchange().subscription(frame)
    assert caught.value.reason == "subscription"


def test_the_states_that_are_kept_are_bounded() -> None:
    exchange = Exchange()
    for number in range(MAX_STATES + 10):
        assert exchange.keep(STATE, f"source{number}", (1, 1), frames())
    assert len(exchange._states) == MAX_STATES


def test_subscriptions_are_bounded_and_there_is_room_again_when_one_goes() -> None:
    exchange = Exchange()
    for number in range(MAX_WANTED):
        exchange.subscription(b"\x01%d" % number)
    with pytest.raises(Torn) as torn:
        exchange.subscription(b"\x01one more")
    assert torn.value.reason == "crowded"
    exchange.subscription(b"\x017")
    exchange.subscription(b"\x000")
    assert exchange.subscription(b"\x01one more")[0] == [b"\x01one more"]


def test_the_states_of_one_that_was_taken_out_are_forgotten_with_those_of_its_replicas() -> None:
    exchange = Exchange()
    for source in ("tts", "tts#1", "tts-two"):
        exchange.keep(STATE, source, (1, 1), frames())
    exchange.forget("tts")
    assert [source for source, _ in exchange.last_values()] == ["tts-two"]
    assert exchange.keep(STATE, "tts", (1, 1), frames())
