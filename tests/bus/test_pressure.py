"""Scenes of pressure: a burst at a slow consumer, one that never says that it is done, taps that are not read. Nothing grows, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bus.clock import sleep_ms
from bus.exchange import WHOLE, CopyNumber
from bus.link import TAP_ITEMS
from bus.messages import Final, Token, VoiceAudio
from bus.outbox import OUTBOX_ITEMS
from tests.bus.house import House, Peer, until

BURST = 10_000
MANY = 4_000
"""Slices of sound: much more than queues and the system's buffers hold."""


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()


def emit_while_there_is_room(llm: Peer, numbers: Iterator[int]) -> int:
    """As a handler's emit does, which waits when there is none. Gives how many went."""
    went = 0
    while llm.link.has_room and (number := next(numbers, None)) is not None:
        llm.send(Token(index=number, text="x"))
        went += 1
    return went


def test_a_burst_of_ten_thousand_waits_at_its_source_for_a_slow_consumer_and_comes_whole_and_in_order(
    house: House,
) -> None:
    with house.peer("llm", gives=(Token,)) as llm, house.peer("slow", takes=(Token,)) as slow:
        slow.ear.slow = True
        numbers = iter(range(BURST))
        most = 0
        while len(slow.messages) < BURST:
            emit_while_there_is_room(llm, numbers)
            most = max(most, house.hub.log.waiting_in("slow"))
            sleep_ms(2)
            if slow.ear.heard:
                slow.link.done(slow.ear.heard[-1].header.id)
        assert [m.index for m in slow.messages if isinstance(m, Token)] == list(range(BURST))
        assert most <= OUTBOX_ITEMS
        until(lambda: llm.link.unsettled == 0)
        assert not [d for d in house.hub.tally.drops() if d.topic == "llm.token"]


def test_one_that_never_acknowledges_is_felt_at_its_source_and_nowhere_else(house: House) -> None:
    with (
        house.peer("llm", gives=(Token,)) as llm,
        house.peer("stuck", takes=(Token,)) as stuck,
        house.peer("asr", gives=(Final,)) as asr,
        house.peer("well", takes=(Final,)) as well,
    ):
        stuck.ear.slow = True
        assert emit_while_there_is_room(llm, iter(range(BURST))) == OUTBOX_ITEMS
        until(lambda: house.hub.log.waiting_in("stuck") == OUTBOX_ITEMS)
        asr.send(Final(utterance=1, text="hi", language="en"))
        until(lambda: well.messages)
        until(lambda: asr.link.unsettled == 0)
        assert not llm.link.has_room
        stuck.link.done(stuck.ear.heard[-1].header.id)
        until(lambda: llm.link.has_room, "it goes on when the other does")


def test_copies_for_a_tap_that_is_never_read_are_dropped_and_counted(house: House) -> None:
    with house.peer("llm", gives=(Token,)) as llm, house.peer("tap") as tap, house.peer("ear", takes=(Token,)) as ear:
        tap.link.tap([b"llm.token\0"], payload=True)
        until(lambda: house.hub.exchange.is_tapped(b"llm.token\0"))
        for _ in range(TAP_ITEMS):  # as if it had been asleep for long
            tap.link.taps.put([b""])
        llm.send(*(Token(index=n, text="x") for n in range(300)))
        until(lambda: len(ear.messages) == 300, "nobody else feels it")
        until(lambda: tap.link.tally["llm.token", "tap-overflow"] > 0)
        assert tap.link.taps.qsize() == TAP_ITEMS


def test_a_tap_whose_process_stands_still_loses_copies_and_knows_it_and_the_hub_keeps_few(house: House) -> None:
    sound = bytes(9_600)
    with (
        house.stranger() as still,
        house.peer("tts", gives=(VoiceAudio,)) as tts,
        house.peer("ear", takes=(VoiceAudio,)) as ear,
    ):
        tap = still.socket("sub", house.hub.ports.latest_out)
        tap.subscribe(WHOLE + b"tts.audio\0")
        until(lambda: house.hub.exchange.is_tapped(b"tts.audio\0"))
        for position in range(MANY):
            until(lambda: tts.link.has_room)
            tts.send(VoiceAudio(sentence=0, position=position, payload=sound))
        until(lambda: len(ear.messages) == MANY, "nobody else feels it")
        copies: list[int] = []

        def read() -> bool:
            if frames := tap.try_receive():
                copies.append(CopyNumber.read(frames[3]).number)
            return bool(frames)

        while not copies or copies[-1] <= MANY:  # it is read again; what comes now has its number
            tts.send(VoiceAudio(sentence=1, position=0))
            while read():
                pass
            sleep_ms(5)
        held = [number for number in copies if number <= MANY]
        assert held == sorted(set(held)), "each once, in order"
        assert 0 < len(held) < MANY, "what was lost is a gap in the numbers"
