"""Clients: programs without an event loop that ask, tap and send."""

from __future__ import annotations

import msgspec
import pytest

from bus.client import Client
from bus.control import Answer, Ask, Bye, HubView, Notice
from bus.errors import Broken, Gone
from bus.messages import ActorHealth, CallHealth, Caption, Pause, TurnState
from bus.messages import Ask as Typed
from tests.bus.house import House, until


def client(house: House, name: str, **more: object) -> Client:
    return Client(house.keys, house.port, name, **more)  # type: ignore[arg-type]


def test_a_question_to_the_hub_is_answered(house: House) -> None:
    asker = client(house, "asker")
    try:
        assert asker.ask("hub", "hub", kind=HubView).uptime_s >= 0
        with pytest.raises(Broken, match="does not know the verb 'dance'"):
            asker.ask("hub", "dance", kind=object)
    finally:
        asker.close()


def test_a_question_to_nobody_is_refused_at_once_and_one_to_a_mute_in_time(house: House) -> None:
    asker, mute = client(house, "asker"), client(house, "mute")
    try:
        with pytest.raises(Broken, match="nobody named ghost"):
            asker.ask("ghost", "status", kind=object)
        with pytest.raises(Gone, match="mute did not answer within"):
            asker.ask("mute", "status", kind=object, timeout_s=0.2)
    finally:
        asker.close()
        mute.close()


def test_a_question_can_be_looked_after_without_waiting(house: House) -> None:
    asker = client(house, "asker")
    try:
        question = asker.question("hub", "hub", kind=HubView)
        until(lambda: question.answered)
        assert question.answer(0).uptime_s >= 0
        asker.drop(question)
        asker.drop(question)
    finally:
        asker.close()


def test_an_agent_is_told_who_comes_and_goes_and_may_answer(house: House) -> None:
    agent = client(house, "agent", kind="agent")
    asker = client(house, "curious")
    try:
        asker.tell("agent", "status", None)
        asked = until(lambda: next((n for n in _news(agent) if isinstance(n, Ask)), None))
        assert asked is not None
        agent.say(Answer(asked.number, asked.asker, msgspec.Raw(msgspec.msgpack.encode("well"))))
        asker.close()
        gone = until(lambda: [n for n in _news(agent) if isinstance(n, Notice) and n.event == "gone"])
        assert gone[0].name == "curious"
    finally:
        agent.close()


def test_who_leaves_on_purpose_says_so(house: House) -> None:
    agent = client(house, "agent", kind="agent")
    try:
        client(house, "director").leave()
        gone = until(lambda: [n for n in _news(agent) if isinstance(n, Notice) and n.event == "gone"])
        assert gone[0].what == "left"
    finally:
        agent.close()


def test_messages_of_every_lane_arrive(house: House) -> None:
    takes = (Caption, TurnState, Pause)
    listener = client(house, "listener", takes=takes)
    try:
        with house.peer("talker", gives=takes) as talker:
            talker.send(Caption(text="one"), TurnState(phase="listening", since_ns=1), Pause(onset_ns=1))
            seen: set[type] = set()

            def all_here() -> bool:
                while not listener.deliveries.empty():
                    seen.add(type(listener.deliveries.get().message))
                return seen == set(takes)

            until(all_here)
    finally:
        listener.close()


def test_a_message_is_sent_when_whoever_takes_it_has_handled_it(house: House) -> None:
    typist = client(house, "typist", gives=(Typed,))
    try:
        with house.peer("reader", takes=(Typed,)) as reader:
            typist.send(Typed(text="hello"))
            assert reader.messages == [Typed(text="hello")]
            reader.ear.slow = True
            with pytest.raises(Gone, match="not taken in time"):
                typist.send(Typed(text="again"), timeout_s=0.2)
            reader.link.done(reader.ear.heard[-1].header.id)
            reader.leave(Bye())
    finally:
        typist.close()


def test_a_state_of_a_client_reaches_whoever_comes_late(house: House) -> None:
    agent = client(house, "agent", kind="agent", gives=(CallHealth,))
    health = CallHealth(actors=(ActorHealth("tts", "running", 1, 77),))
    agent.publish(health)
    until(lambda: house.hub.exchange.remembered("agent"))
    late = client(house, "late", takes=(CallHealth,))
    try:
        assert late.deliveries.get(timeout=30).message == health
    finally:
        late.close()
        agent.close()


def test_a_tap_copies_and_takes_nothing_away(house: House) -> None:
    spy = client(house, "spy")
    try:
        with house.peer("reader", takes=(Caption,)) as reader, house.peer("speaker", gives=(Caption,)) as talker:
            spy.tap(["turn-manager.caption"], payload=False)
            until(lambda: house.hub.exchange.is_tapped(b"turn-manager.caption\0"))
            talker.send(Caption(text="one"), Caption(text="two"))
            copies = [next(spy.tapped(2)) for _ in range(2)]
            assert [frames[0] for frames in copies] == [b"^turn-manager.caption\0"] * 2
            until(lambda: len(reader.messages) == 2)
    finally:
        spy.close()


def _news(who: Client) -> list[object]:
    news: list[object] = []
    while not who.notices.empty():
        news.append(who.notices.get())
    return news
