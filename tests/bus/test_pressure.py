"""Pressure on a real hub: bursts, slow consumers, taps that nobody reads. Speech waits and is never lost."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psutil
import pytest

from bus import link
from bus.clock import SECOND, now_ns
from bus.messages import Level, Token
from tests.bus.house import House, until

BURST = 10_000


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()


def test_a_burst_of_ten_thousand_arrives_whole_and_in_order_at_a_quick_and_at_a_slow_consumer(house: House) -> None:
    with (
        house.peer("llm", gives=(Token,)) as llm,
        house.peer("quick", takes=(Token,)) as quick,
        house.peer("slow", takes=(Token,)) as slow,
    ):
        slow.ear.slow = True
        for number in range(BURST):
            llm.send(Token(text="word", index=number))
        until(lambda: len(quick.messages) == BURST, "the quick one waits for the slow one", 60_000)
        assert 0 < len(slow.messages) < BURST, "credit bounds what flies to it"
        assert llm.link.unsettled
        last = slow.ear.heard[-1].header.id
        slow.ear.slow = False
        slow.link.done(last)
        until(lambda: len(slow.messages) == BURST and not llm.link.unsettled, "something is lost", 60_000)
        for peer in (quick, slow):
            assert [m.index for m in peer.messages if isinstance(m, Token)] == list(range(BURST))
        assert house.hub.tally.drops() == ()


def test_a_tap_that_nobody_reads_is_bounded_and_hurts_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "TAP_ITEMS", 100)
    with (
        house.peer("llm", gives=(Token, Level)) as llm,
        house.peer("chunker", takes=(Token,)) as chunker,
        house.peer("tap") as tap,
    ):
        tap.link.tap([b"llm.token\0"], payload=True)
        until(lambda: house.hub.exchange.is_tapped(b"llm.token\0"))
        before, worst_ns = psutil.Process(os.getpid()).memory_info().rss, 0
        for number in range(1_000):
            at_ns = now_ns()
            llm.send(Token(text="w" * 10_000, index=number))
            if not number % 50:
                until(lambda: len(chunker.messages) == number + 1)  # noqa: B023
                worst_ns = max(worst_ns, now_ns() - at_ns)
        until(lambda: len(chunker.messages) == 1_000)
        assert worst_ns < SECOND
        assert tap.link.taps.qsize() == 100
        until(lambda: sum(d.count for d in tap.link.tally.drops() if d.reason == "tap-overflow") > 500)
        assert psutil.Process(os.getpid()).memory_info().rss - before < 200 * 2**20
