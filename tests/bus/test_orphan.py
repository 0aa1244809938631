"""Orphans: a hub whose host agent was killed, and an actor that has no hub either."""

from __future__ import annotations

import os
import threading
from typing import cast

import pytest

from bus import orphan as module
from bus.clock import MS, SECOND
from bus.control import Ask, Beat, Stop, Word
from bus.custody import Custody
from bus.link import Link
from bus.orphan import FAREWELL_S, OrphanActor
from tests.bus.house import House, Peer, until


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at_ns = 1_000 * SECOND
        monkeypatch.setattr(module, "now_ns", lambda: self.at_ns)
        monkeypatch.setattr(module, "sleep_ms", self._sleep)

    def _sleep(self, ms: float) -> None:
        self.at_ns += int(ms * MS)


class Exited(BaseException):
    """Instead of the end of the process."""


class Hub:
    """A hub as an orphaned actor's link hears it: it answers until the scene's time is over."""

    def __init__(self, clock: Clock, answers_until_ns: int) -> None:
        self.heard_ns = 0
        self._clock = clock
        self._until_ns = answers_until_ns

    def say(self, word: Word) -> None:
        assert isinstance(word, Ask)
        if self._clock.at_ns <= self._until_ns:
            self.heard_ns = self._clock.at_ns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def leave(code: int) -> None:
        raise Exited(code)

    monkeypatch.setattr(os, "_exit", leave)
    return Clock(monkeypatch)


def gone() -> Custody:
    return Custody(10, orphaned=True)


def test_an_actor_lives_on_while_its_hub_answers_and_ends_in_order_when_it_is_silent_for_the_grace(
    clock: Clock,
) -> None:
    orphan, ended = OrphanActor(), []
    orphan.live_with(cast(Link, Hub(clock, clock.at_ns + 100 * SECOND)), lambda: ended.append(clock.at_ns))
    with pytest.raises(Exited):
        orphan.live_on(gone())
    assert 1_110 <= ended[0] / SECOND <= 1_115
    assert clock.at_ns - ended[0] == FAREWELL_S * SECOND, "one that hangs is ended at once, after a while"


def test_an_actor_that_is_not_even_built_goes_too(clock: Clock) -> None:
    with pytest.raises(Exited):
        OrphanActor().live_on(gone())
    assert clock.at_ns < 1_030 * SECOND


def stopped(peer: Peer) -> bool:
    return any(isinstance(word, Stop) for word in peer.ear.words)


def test_a_hub_that_nobody_takes_over_stops_its_actors_and_then_itself() -> None:
    house = House(custody=Custody(0.2))
    with house.peer("tts", kind="actor") as actor, house.peer("cli") as visitor:
        house.orphan()
        until(lambda: stopped(actor))
        assert not stopped(visitor)
    until(lambda: not house.alive)


def test_a_hub_goes_on_as_long_as_a_host_agent_speaks_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENCE_NS", 300 * MS)
    house = House(custody=Custody(0.2))
    beating = threading.Event()
    with house.peer("tts", kind="actor") as actor, house.peer("agent", kind="agent") as agent:
        house.orphan()
        for _ in range(8):
            agent.link.say(Beat())
            beating.wait(0.1)
        assert not stopped(actor)
        assert house.alive
    until(lambda: not house.alive)


def test_an_actor_that_does_not_end_holds_its_hub_up_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FAREWELL_S", 0.3)
    house = House(custody=Custody(0))
    with house.peer("tts", kind="actor") as actor:
        house.orphan()
        until(lambda: not house.alive)
        assert stopped(actor)
