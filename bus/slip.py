"""Slip: the copy of a header for a tap on another host, packed for the road.

Four small frames cost more in encryption and framing than what they say, and headers of one topic say nearly the same.
"""

from __future__ import annotations

import zlib

import msgspec

from bus.codec import UNREADABLE
from bus.crossing import Crossing, Publish
from bus.errors import Broken
from bus.exchange import HEADERS
from bus.parcel import Frames, size_of

MOST_BYTES = 256 * 1024
"""Of one that was unpacked; larger ones travel as they are."""
KNOWN = (
    b"\xde\x00\x0e\xa1v\x01\xa2id\xcf\xa6source\xa3tts\xa5epoch\x01\xa3seq\xcd\xa2t0\xcf\x00\x00\xa1t\xcf\x00\x00\xa4host\xa3gpu"
    b"\xa6parent\xcf\xa4turn\x01\xa3gen\x01\xa6fenced\xc3\xa3ttl\xcd\xa5trace\x96\x94\xa3vad\xcf\x00\x00\xcf\x00\x00\xa5local\x94\xa3asr"
    b"\xcf\x00\x00\xa5local\x94\xacturn-manager\xcf\x00\x00\xa5local\x94\xa3llm\xcf\x00\x00\xa3gpu\x94\xa7chunker\xcf\x00\x00\xa3gpu\x94\xa3tts"
    b"\xcf\x00\x00\xa3gpu\x94\xa4face\xcf\x00\x00\xa3gpu\xa4body\x83\xa8sentence\x00\xa8position\xce\x00\x01\xa8phonemes\x94\x92\xa2\xc9"
)
"""What stands in nearly every header: each is packed alone, and must find it somewhere."""

_decoder = msgspec.msgpack.Decoder(list[bytes])


def packed(frames: Frames) -> tuple[Publish, Frames]:
    """The word with the copy of a header in it; the word, and the frames to follow it, for all others: pictures and sound
    are packed already."""
    if frames[0][:1] != HEADERS or size_of(frames) > MOST_BYTES // 2:
        return Publish(), frames
    packer = zlib.compressobj(level=6, wbits=-15, zdict=KNOWN)
    return Publish(packer.compress(msgspec.msgpack.encode(frames)) + packer.flush()), []


def unpacked(word: Crossing, frames: Frames) -> Frames:
    """The frames of a message, from wherever they are. Raises Broken for what is no slip, or too large."""
    if not isinstance(word, Publish) or not word.slip:
        return frames
    unpacker = zlib.decompressobj(wbits=-15, zdict=KNOWN)
    try:
        data = unpacker.decompress(word.slip, MOST_BYTES)
        if not unpacker.eof:
            raise Broken("a copy for a tap that is torn, or too large")
        return _decoder.decode(data)
    except (zlib.error, *UNREADABLE) as error:
        raise Broken(f"not a copy for a tap: {error}") from None
