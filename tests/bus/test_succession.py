"""Scenes of a succession: the one before goes first, even when the hub died in between."""

from __future__ import annotations

from contextlib import ExitStack

from bus.clock import now_ns
from bus.control import Activate, Bye, Drain, Reserve
from bus.messages import Cut, Pause, Place, Resume, Sentence, SyncPlace, Token
from bus.recall import recalled
from bus.reception import SOONEST_NS
from bus.socket import SessionKeys
from tests.bus.house import House, until


def test_a_new_hub_waits_for_the_one_before_and_what_only_that_one_has() -> None:
    """Both lives come to a new hub, the successor first: were it activated at once, the other would be shut out."""
    house = House(SessionKeys.make())
    port = house.port
    house.end()
    house = House(house.keys, port)
    with ExitStack() as stack:
        stack.callback(house.end)
        agent = stack.enter_context(house.stranger())
        agent.hello()
        ear = stack.enter_context(house.peer(takes=(Sentence,)))
        new = stack.enter_context(
            house.peer("tts", takes=(Token,), gives=(Sentence,), kind="actor", epoch=2, active=False)
        )
        assert agent.do("activate", "tts", 2) == ""
        old = stack.enter_context(house.peer("tts", takes=(Token,), gives=(Sentence,), kind="actor", epoch=1))
        old.send(Sentence(index=1, text="a", language="en"))
        until(lambda: Drain() in old.ear.words)
        assert Activate not in map(type, new.ear.words)
        old.leave(Bye())
        until(lambda: Activate in map(type, new.ear.words))
        until(lambda: ear.messages)


def test_a_new_hub_waits_no_longer_than_until_all_known_consumers_are_back() -> None:
    house = House(SessionKeys.make())
    with ExitStack() as stack:
        agent = stack.enter_context(house.peer("agent", kind="agent"))
        agent.link.pledge(Reserve({"tts": (Token.spec.topic,)}))
        stack.enter_context(house.peer("tts", takes=(Token,), kind="actor"))
        house.end()
        house = House(house.keys, house.port)
        stack.callback(house.end)
        latest_ns = house.hub.gathering_ns
        until(lambda: not house.hub.gathering_ns)
        assert house.hub.boot + SOONEST_NS < now_ns() < latest_ns


def test_a_new_hub_waits_its_whole_time_for_a_consumer_that_does_not_come() -> None:
    house = House(SessionKeys.make())
    with ExitStack() as stack:
        agent = stack.enter_context(house.peer("agent", kind="agent"))
        agent.link.pledge(Reserve({"tts": (Token.spec.topic,), "web": (Token.spec.topic,)}))
        stack.enter_context(house.peer("tts", takes=(Token,), kind="actor"))
        house.end()
        house = House(house.keys, house.port)
        stack.callback(house.end)
        latest_ns = house.hub.gathering_ns
        until(lambda: not house.hub.gathering_ns)
        assert now_ns() > latest_ns


def test_what_a_hub_died_with_half_told_is_told_by_the_next_one_and_heard_once() -> None:
    house = House(SessionKeys.make())
    with ExitStack() as stack:
        manager = stack.enter_context(house.peer("turn-manager", gives=(Pause, Resume, Cut), kind="actor"))
        told = stack.enter_context(house.peer(takes=(Pause, Resume, Cut)))
        manager.send(Pause(onset_ns=1), Cut(below_gen=3))
        until(lambda: len(told.messages) == 2)
        house.end()
        house = House(house.keys, house.port)
        stack.callback(house.end)
        missed = stack.enter_context(house.peer(takes=(Pause, Resume, Cut)))
        until(lambda: len(missed.messages) == 2)
        until(lambda: len(house.hub.roster.peers) == 3)
        manager.send(Resume())
        until(lambda: Resume() in told.messages and Resume() in missed.messages)
        assert told.messages == missed.messages == [Pause(onset_ns=1), Cut(below_gen=3), Resume()]


def test_the_successor_gets_the_last_state_of_one_that_went_at_once() -> None:
    """Told in the same breath as the bye; the subscription of the hub to what is published may even have come later."""
    house = House()
    with ExitStack() as stack:
        stack.callback(house.end)
        agent = stack.enter_context(house.stranger())
        agent.hello()
        for epoch in range(1, 20, 2):
            old = stack.enter_context(house.peer("av-sync", gives=(SyncPlace,), kind="actor", epoch=epoch))
            new = stack.enter_context(
                house.peer("av-sync", gives=(SyncPlace,), kind="actor", epoch=epoch + 1, active=False)
            )
            assert agent.do("activate", "av-sync", epoch + 1) == ""
            until(lambda old=old: Drain() in old.ear.words)  # type: ignore[misc]
            old.send(SyncPlace(place=Place(turn=epoch, gen=0)))
            old.leave(Bye())
            told = until(lambda new=new: [w for w in new.ear.words if isinstance(w, Activate)])  # type: ignore[misc]
            new.leave(Bye())
            states = [state for state, _ in recalled(told[0].remembered, [SyncPlace], house.hub.tally)]
            assert states == [SyncPlace(place=Place(turn=epoch, gen=0))]
