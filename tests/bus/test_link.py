"""Scenes of the link: a hub that dies and comes back, back-pressure, a thread that fails."""

from __future__ import annotations

import os
import threading

import pytest

from bus.clock import sleep_ms
from bus.control import Hello, Pulse, Stop, Welcome
from bus.link import Link
from bus.messages import Token, TurnState
from bus.outbox import OUTBOX_ITEMS
from bus.socket import SessionKeys
from tests.bus.house import Ear, House, until


def tokens(*numbers: int) -> list[Token]:
    return [Token(index=n, text="x") for n in numbers]


def test_a_hub_that_is_killed_and_started_again_loses_and_doubles_nothing() -> None:
    first = House()
    with (
        first.peer("llm", gives=(Token, TurnState)) as llm,
        first.peer("fast", takes=(Token,)) as fast,
        first.peer("slow", takes=(Token, TurnState)) as slow,
    ):
        slow.ear.slow = True
        llm.send(TurnState(phase="thinking", since_ns=1), *tokens(1, 2, 3))
        until(lambda: len(fast.messages) == 3 and len(slow.messages) == 4)
        first.end()
        llm.send(*tokens(4, 5))
        second = House(first.keys, first.port)
        try:
            until(lambda: len(fast.messages) == 5 and sum(isinstance(m, Token) for m in slow.messages) == 5)
            assert fast.messages == tokens(1, 2, 3, 4, 5)
            assert [m for m in slow.messages if isinstance(m, Token)] == tokens(1, 2, 3, 4, 5)
            assert fast.link.tally["llm.token", "duplicate"] == 3
            assert llm.link.unsettled > 0
            slow.link.done(slow.ear.heard[-1].header.id)
            until(lambda: llm.link.unsettled == 0, "settled by the new hub")
            with second.peer("late", takes=(TurnState,)) as late:
                until(lambda: late.messages == [TurnState(phase="thinking", since_ns=1)], "states come back")
        finally:
            second.end()


def test_a_producer_waits_while_its_outbox_is_full_and_is_told_when_there_is_room(house: House) -> None:
    with house.peer("llm", gives=(Token,)) as llm, house.peer("slow", takes=(Token,)) as slow:
        slow.ear.slow = True
        llm.send(*tokens(*range(OUTBOX_ITEMS)))
        assert not llm.link.has_room
        until(lambda: len(slow.messages) >= 100)
        assert llm.ear.rooms == 0
        slow.link.done(slow.ear.heard[50].header.id)
        until(lambda: llm.link.has_room)
        until(lambda: llm.ear.rooms == 1)
        slow.ear.slow = False
        slow.link.done(slow.ear.heard[-1].header.id)
        until(lambda: llm.link.unsettled == 0, timeout_ms=30_000)
        assert slow.messages == tokens(*range(OUTBOX_ITEMS))


def test_without_a_hub_streams_wait_and_the_latest_is_counted() -> None:
    ear = Ear()
    link = Link(SessionKeys.make(), 1, Hello("llm", 1, "client", 0), {}, ear)
    link.open()
    link.store(1, [b"a\0", b"", b""])
    link.publish("vad.level", [b"b\0", b"", b""])
    link.publish("turn-manager.state", [b"c\0", b"", b""], keep=True)
    assert link.unsettled == 1
    assert link.tally["vad.level", "unsent"] == 1
    assert link.tally["turn-manager.state", "unsent"] == 0, "it is sent again"
    assert not link.welcomed.is_set()
    link.close()


def test_a_link_that_was_never_opened_can_be_closed() -> None:
    Link(SessionKeys.make(), 1, Hello("llm", 1, "client", 0), {}, Ear()).close()


def test_a_thread_that_fails_tells_its_owner(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    uncaught: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: uncaught.append(args.exc_type))
    ear = Ear()
    link = Link(house.keys, house.port, Hello("bad", 1, "client", os.getpid(), active=True), {}, ear)

    def fail() -> Pulse:
        raise ZeroDivisionError

    link.open(fail)
    until(lambda: Stop() in ear.words)
    assert isinstance(link.error, ZeroDivisionError)
    link.close()
    assert uncaught == [ZeroDivisionError], "it is told in the log"


def test_heartbeats_carry_the_pulse(house: House) -> None:
    ear = Ear()
    link = Link(house.keys, house.port, Hello("pulse", 1, "client", os.getpid(), active=True), {}, ear)
    link.open(lambda: Pulse(handled=42))
    until(lambda: any(isinstance(w, Welcome) for w in ear.words))
    until(lambda: house.hub.roster.peers[b"pulse#1"].pulse.handled == 42)
    sleep_ms(1)
    link.close()
