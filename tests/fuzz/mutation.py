"""Mutation of valid inputs, by bytes and by structure; the same seed gives the same inputs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence

import msgpack

NUMBERS = (0, 1, -1, 127, 255, 2**15, 2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1, -(2**63))
BOMBS = (
    b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x01",
    b"\x91" * 3_000, b"\x81\xa1a" * 3_000, b"[" * 3_000, b'{"a":' * 3_000, b'{"a":[' * 3_000, b"a." * 3_000, b"9" * 5_000,
    b"= " + b"[" * 3_000, b"= " + b"[" * 200 + b"]" * 200, b"= " + b"9" * 5_000, b"\n[" + b"a." * 2_000 + b"a]\n", b"= 1e400\n",
    b"\xed\xa0\x80", b"\xc3\x28", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\\ud800", b"1e999", b"-0", b"NaN", b"\x1b]0;x\x07",
    b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", b"\xd3\x80" + bytes(7), b"\xcb\x7f\xf0" + bytes(6), b"\xd6\xff\xff\xff\xff\xff",
)  # fmt: skip
"""Lengths that are lies, depths that are none, and texts that are not."""
LARGEST = 100_000

Pack = tuple[Callable[[bytes], object], Callable[[object], bytes]]
PACKS: dict[str, Pack] = {
    "msgpack": (lambda data: msgpack.unpackb(data, raw=False, strict_map_key=False), msgpack.packb),
    "json": (json.loads, lambda value: json.dumps(value).encode()),
}
"""How the structure of an input is read and written."""


class Mutator:
    """Makes inputs that are nearly right of `samples`. `form`: "msgpack", "json" or "" when there is no structure."""

    def __init__(self, seed: int, samples: Sequence[bytes], form: str = "") -> None:
        self._chance = random.Random(seed)
        self._samples = samples
        self._pack = PACKS.get(form)

    def next(self) -> bytes:
        """One more input."""
        data = self._chance.choice(self._samples)
        if self._pack and self._chance.random() < 0.5:
            data = self._reshaped(data, *self._pack)
        for _ in range(self._chance.choice((0, 1, 1, 2, 4)) if self._pack else self._chance.choice((1, 1, 2, 8))):
            data = self._bitten(data)
        return data[:LARGEST]

    def _bitten(self, data: bytes) -> bytes:
        chance = self._chance
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((1, 1, 2, 4, 16, 256)))
        match chance.randrange(8):
            case 0:
                return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 1:
                return data[:at] + data[to:]
            case 2:
                return data[:at] + chance.randbytes(chance.choice((1, 2, 8, 64))) + data[at:]
            case 3:
                return data[:at] + data[at:to] * chance.choice((2, 3, 200)) + data[to:]
            case 4:
                return data[:at]
            case 5:
                return data[:at] + chance.choice(BOMBS) + data[at if chance.random() < 0.5 else to :]
            case 6:
                other = chance.choice(self._samples)
                return data[:at] + other[chance.randrange(len(other) + 1) :]
            case _:
                flipped = data[at : at + 1]
                return data[:at] + bytes(b ^ 1 << chance.randrange(8) for b in flipped) + data[at + 1 :]

    def _reshaped(self, data: bytes, read: Callable[[bytes], object], write: Callable[[object], bytes]) -> bytes:
        try:
            return write(self._bent(read(data)))
        except (ValueError, TypeError, OverflowError):  # the change cannot be written in this form
            return data

    def _bent(self, value: object) -> object:
        """The value with one place in it changed."""
        chance = self._chance
        if isinstance(value, dict) and value and chance.random() < 0.8:
            key = chance.choice(list(value))
            match chance.randrange(5):
                case 0:
                    return {k: v for k, v in value.items() if k != key}
                case 1:
                    return {**value, chance.choice(("v", "type", "payload", "", "x" * 300)): self._odd()}
                case _:
                    return {**value, key: self._bent(value[key])}
        if isinstance(value, list) and value and chance.random() < 0.8:
            at = chance.randrange(len(value))
            match chance.randrange(4):
                case 0:
                    return value[:at] + value[at + 1 :]
                case 1:
                    return value * chance.choice((2, 50))
                case _:
                    return [*value[:at], self._bent(value[at]), *value[at + 1 :]]
        return self._odd()

    def _odd(self) -> object:
        chance = self._chance
        texts = (
            "",
            "tts",
            "hub",
            "agent",
            "\x00",
            "\x1b[2J",
            "a" * 5_000,
            "\u202e",
            "💥" * 50,
            "../../etc",
            "tts#1",
            "None",
        )
        kinds: tuple[Callable[[], object], ...] = (
            lambda: chance.choice(NUMBERS),
            lambda: chance.choice(texts),
            lambda: chance.choice((None, True, False, 1.5, float("inf"), float("nan"), [], {}, [[]], {"a": {"b": []}})),
            lambda: chance.randrange(-(2**63), 2**64),
            lambda: [chance.choice(NUMBERS)] * chance.choice((1, 3, 300)),
        )
        return chance.choice(kinds)()
