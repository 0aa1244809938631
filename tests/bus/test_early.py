"""Scenes of early words: kept in order, for whoever said them, and never many."""

from __future__ import annotations

from bus.early import EARLY_BYTES, EARLY_WORDS, Early


def test_each_gets_its_own_back_in_order_and_once() -> None:
    early = Early()
    for who, word in ((b"a", b"1"), (b"b", b"2"), (b"a", b"3")):
        early.keep(who, [word])
    assert early.take(b"a") == [[b"1"], [b"3"]]
    assert early.take(b"a") == []
    assert early.take(b"b") == [[b"2"]]


def test_what_strangers_may_leave_is_bounded() -> None:
    early = Early()
    early.keep(b"a", [bytes(EARLY_BYTES + 1)])
    assert early.take(b"a") == []
    for number in range(EARLY_WORDS + 1):
        early.keep(b"a", [b"%d" % number])
    assert early.take(b"a")[0] == [b"1"]
