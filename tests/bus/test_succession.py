"""Scenes of a succession: the one before goes first, even when the hub died in between."""

from __future__ import annotations

from contextlib import ExitStack

from bus.control import Activate, Bye, Drain
from bus.messages import Sentence, Token
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
