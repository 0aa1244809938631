from __future__ import annotations

import msgspec
import pytest

from actors.web.protocol import (
    PICTURE,
    AskWish,
    MicrophoneWish,
    SayWish,
    pack_event,
    pack_media,
    pack_refusal,
    unpack_wish,
)
from bus.messages import HeardSound, Stage, TurnTimeline


def test_media_carries_its_kind_and_its_time_in_microseconds() -> None:
    assert pack_media(PICTURE, 1_234_567_890, b"jpeg") == bytes([1]) + (1_234_567).to_bytes(8, "big") + b"jpeg"


def test_an_event_is_the_message_itself_without_its_payload() -> None:
    timeline = TurnTimeline(total_ms=120.5, stages=(Stage("asr", 120.5, "engine"),))
    expected = '{"topic":"turn-manager.timeline","body":{"total_ms":120.5,"stages":[["asr",120.5,"engine"]]}}'
    assert pack_event(timeline) == expected
    assert "payload" not in pack_event(HeardSound(at_ns=1, payload=b"\0\0"))


def test_a_refusal_is_one_sentence() -> None:
    assert msgspec.json.decode(pack_refusal("no")) == {"topic": "web.refused", "body": {"what": "no"}}


def test_wishes_are_read() -> None:
    assert unpack_wish('{"type":"ask","text":"why?"}') == AskWish(text="why?")
    assert unpack_wish('{"type":"say","text":"so."}') == SayWish(text="so.")
    assert unpack_wish('{"type":"microphone","on":true}') == MicrophoneWish(on=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"type":"quit"}',
        '{"type":"ask"}',
        '{"type":"ask","text":1}',
        '{"type":"ask","text":"a","b":1}',
    ],
)
def test_anything_else_is_no_wish(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        unpack_wish(text)
