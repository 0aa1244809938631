"""Scenes of copies of headers that are packed for the road."""

from __future__ import annotations

import zlib

import pytest

from bus.codec import encode
from bus.crossing import Publish
from bus.envelope import Hop
from bus.errors import Broken
from bus.exchange import HEADERS, WHOLE, CopyNumber
from bus.messages import Phoneme, VoiceAudio
from bus.parcel import Frames
from bus.slip import MOST_BYTES, packed, unpacked
from tests.bus.house import header


def copy(number: int = 7) -> Frames:
    trace = tuple(Hop(actor, 10**14 + n, 10**14 + n, "gpu") for n, actor in enumerate(("asr", "llm", "chunker", "tts")))
    head = header("tts", number=2**63 + number, seq=number, parent=2**62, host="gpu", trace=trace)
    audio = VoiceAudio(sentence=1, position=4_800, phonemes=(Phoneme("w", 0), Phoneme("ʌ", 960)))
    topic, known, _ = encode(head, audio)
    return [HEADERS + topic, known, b"9600", CopyNumber(1, number).encoded()]


def test_a_copy_is_the_same_on_the_other_side_and_much_smaller_on_the_way() -> None:
    frames = copy()
    word, rest = packed(frames)
    assert rest == []
    assert unpacked(word, rest) == frames
    assert len(word.slip) < 0.6 * sum(map(len, frames))


def test_what_carries_its_payload_travels_as_it_is() -> None:
    topic, head, size, number = copy()
    for frames in ([WHOLE + topic[1:], head, size, number], [topic, head, bytes(MOST_BYTES), number]):
        assert packed(frames) == (Publish(), frames)
        assert unpacked(Publish(), frames) == frames


@pytest.mark.parametrize("slip", [b"\x00", b"nonsense", zlib.compress(bytes(10 * MOST_BYTES))[2:-4]])
def test_what_is_no_slip_is_refused(slip: bytes) -> None:
    with pytest.raises(Broken):
        unpacked(Publish(slip), [])


def test_a_slip_that_swells_beyond_all_measure_is_refused() -> None:
    packer = zlib.compressobj(wbits=-15)
    with pytest.raises(Broken, match="too large"):
        unpacked(Publish(packer.compress(bytes(100 * MOST_BYTES)) + packer.flush()), [])
