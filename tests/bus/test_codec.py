"""Scenes of the codec: what is one of our messages, and what is not."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.codec import (
    MAX_HEADER_BYTES,
    MAX_MESSAGE_BYTES,
    Torn,
    decode_body,
    decode_header,
    encode,
    encode_body,
    topic_frame,
)
from bus.errors import Broken
from bus.messages import Final, RecognisedWord, Token, VoiceAudio
from tests.bus.house import header


def frames_of(message: Token | VoiceAudio | Final) -> list[bytes]:
    return encode(msgspec.structs.replace(header(), body=encode_body(message)), message)


def refused(frames: list[bytes]) -> str:
    with pytest.raises(Torn) as caught:
        decode_header(frames)
    return caught.value.reason


def test_a_message_comes_back_as_it_went() -> None:
    message = Final(utterance=3, text="Добрий день", language="uk", words=(RecognisedWord("Добрий", 0, 300, 0.9),))
    frames = frames_of(message)
    topic, found = decode_header(frames)
    assert topic == "asr.final"
    assert decode_body(Final, found, frames[2]) == message


def test_the_payload_travels_in_its_own_frame_and_is_not_in_the_header() -> None:
    sound = b"\x01\x02" * 960
    frames = frames_of(VoiceAudio(sentence=0, position=0, payload=sound))
    assert frames[0] == b"tts.audio\0"
    assert frames[2] is sound
    assert sound[:8] not in frames[1]
    assert decode_body(VoiceAudio, decode_header(frames)[1], frames[2]).payload == sound


def test_an_older_or_newer_envelope_is_told_from_a_torn_one() -> None:
    fields = msgspec.to_builtins(header())
    fields.pop("body", None)
    for version in (0, 2):
        assert refused([b"a.b\0", msgspec.msgpack.encode({**fields, "v": version}), b""]) == "version"
    assert refused([b"a.b\0", msgspec.msgpack.encode({"v": 2, "shape": "other"}), b""]) == "version"
    assert refused([b"a.b\0", msgspec.msgpack.encode({"v": 1, "shape": "other"}), b""]) == "torn"
    assert refused([b"a.b\0", msgspec.msgpack.encode(header())[:-3], b""]) == "torn"


def test_every_malformation_has_its_reason() -> None:
    good = msgspec.msgpack.encode(header())
    assert refused([]) == "frames"
    assert refused([b"a.b\0", good]) == "frames"
    assert refused([b"a.b", good, b""]) == "topic"
    assert refused([b"a\nb\0", good, b""]) == "topic"
    assert refused([b"x" * 200 + b"\0", good, b""]) == "topic"
    assert refused([b"\xff\0", good, b""]) == "torn"
    assert refused([b"a.b\0", bytes(MAX_HEADER_BYTES + 1), b""]) == "oversize"
    assert refused([b"a.b\0", good, bytes(MAX_MESSAGE_BYTES)]) == "oversize"


def test_a_message_that_no_hub_would_take_is_refused_where_it_is_made() -> None:
    with pytest.raises(Broken, match="too many for one message"):
        frames_of(VoiceAudio(sentence=0, position=0, payload=bytes(MAX_MESSAGE_BYTES)))
    with pytest.raises(Broken, match="token"):
        frames_of(Token(index=0, text="x" * MAX_HEADER_BYTES))


def test_a_body_with_the_wrong_fields_is_torn() -> None:
    found = msgspec.structs.replace(header(), body=msgspec.Raw(msgspec.msgpack.encode({"index": "one"})))
    with pytest.raises(Torn) as caught:
        decode_body(Token, found, b"")
    assert caught.value.reason == "body"


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_no_frames_raise_anything_else(frames: list[bytes]) -> None:
    with pytest.raises(Torn):
        decode_header(frames)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_header_bent_anywhere_is_a_header_or_torn(at: int, bent: bytes) -> None:
    good = msgspec.msgpack.encode(header())
    at %= len(good)
    try:
        _, found = decode_header([topic_frame("a.b"), good[:at] + bent + good[at + len(bent) :], b""])
        decode_body(Token, found, b"")
    except Torn:
        pass


@given(st.binary(max_size=60))
def test_any_body_is_a_message_or_torn(body: bytes) -> None:
    found = msgspec.structs.replace(header(), body=msgspec.Raw(body))
    try:
        assert isinstance(decode_body(Token, found, b""), Token)
    except Torn as torn:
        assert torn.reason == "body"
