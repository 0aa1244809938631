"""Scenes of the copy: what a tap shows of a message."""

from __future__ import annotations

import json

import msgspec
import pytest

from bus.clock import MS, now_ns
from bus.codec import Torn
from bus.messages import Final, RecognisedWord, StageAddress, Token, VoiceAudio
from remote.copy import as_json, as_line, field_of, plain, printable, read_copy
from tests.bus.house import header
from tests.remote.copies import copy_of, frames_of

FINAL = Final(utterance=2, text="so it is", language="en", words=(RecognisedWord("so", 0, 90, 0.5),))


def test_all_fields_are_there_even_those_the_wire_leaves_out() -> None:
    copy = copy_of(StageAddress(url="http://127.0.0.1:1/page?token=abc"))
    assert copy.body == {"url": "http://127.0.0.1:1/page"}
    assert copy_of(Final(utterance=1, text="", language="en")).body["words"] == ()


def test_a_payload_is_a_size_or_bytes() -> None:
    sound = VoiceAudio(sentence=0, position=0, payload=b"12345")
    whole, headers = copy_of(sound), copy_of(sound, whole=False)
    assert (whole.size, whole.payload, headers.size, headers.payload) == (5, b"12345", 5, None)
    assert as_json(whole)["payload"] == "MTIzNDU="
    assert "payload" not in as_json(headers)
    assert json.loads(json.dumps(as_json(whole)))["topic"] == "tts.audio"


def test_an_actor_of_ones_own_is_read_without_its_types() -> None:
    head = msgspec.structs.replace(header(), body=msgspec.Raw(msgspec.msgpack.encode({"heat": 3, "raw": b"\1"})))
    copy = read_copy([b"^my.topic\0", msgspec.msgpack.encode(head), b"0"])
    assert copy.body == {"heat": 3, "raw": "AQ=="}


@pytest.mark.parametrize("spoilt", [[b"^llm.token\0", b"", b"0"], [b"^llm.token\0"], [b"^llm.token", b"\x80", b"0"]])
def test_what_is_no_message_is_torn(spoilt: list[bytes]) -> None:
    with pytest.raises(Torn):
        read_copy(spoilt)


def test_a_body_of_another_shape_and_a_length_that_is_none_are_torn() -> None:
    topic, head, _ = frames_of(Token(index=0, text="x"), whole=False)
    with pytest.raises(Torn):
        read_copy([topic, head, b"many"])
    with pytest.raises(Torn):
        read_copy([b"^asr.final\0", head, b"0"])


def test_a_line_is_short_and_cannot_steer_a_terminal() -> None:
    line = as_line(copy_of(Token(index=0, text="\x1b]0;x\x07" + "long " * 99), turn=3, gen=2, source="l\x9bm"), 12)
    assert line.isprintable()
    assert "llm.token    " in line and "turn 3/2" in line and line.endswith("…")
    assert printable("a\nb\x85") == "a\ufffdb\ufffd"


def test_a_field_is_found_by_its_path_in_the_body_then_in_the_header() -> None:
    copy = copy_of(FINAL, seq=9)
    assert (field_of(copy, "text"), field_of(copy, "words.0.0"), field_of(copy, "seq")) == ("so it is", "so", 9)
    assert (plain("x\ny"), plain([1, "é"]), plain(None)) == ("x\ufffdy", '[1, "é"]', "null")
    for path in ("txt", "words.1", "text.0"):
        with pytest.raises(LookupError):
            field_of(copy, path)


def test_the_age_of_what_comes_from_another_host_is_told_with_its_error() -> None:
    old = copy_of(FINAL, t=now_ns() - 50 * MS, t0=now_ns() - 90 * MS)
    assert 50 <= old.age_ms < 5_000
    assert old.since_cause_ms > old.age_ms
    assert (old.error_ms, "±" in as_line(old, 9)) == (0, False)
    far = copy_of(FINAL, host="gpu", t=now_ns() - 50 * MS, error=2 * MS)
    assert 50 <= far.age_ms < 5_000
    assert "±2.0 ms" in as_line(far, 9)
