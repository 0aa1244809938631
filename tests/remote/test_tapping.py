"""Scenes of tapping, on a real hub."""

from __future__ import annotations

import pytest

from bus.errors import Wrong
from bus.messages import Phase, Token, TurnState
from remote.copy import Copy
from remote.status import CallStatus
from remote.tapping import Tapping, find_topics
from remote.visit import visit
from tests.bus.house import until
from tests.remote.pretended import PretendedCall


def tapped(tapping: Tapping) -> list[Copy]:
    return [copy for copy in tapping if copy]


def test_a_tap_takes_nothing_away_and_ends_when_it_has_enough(call: PretendedCall) -> None:
    with (
        call.house.peer("llm", gives=(Token,)) as llm,
        call.house.peer("chunker", takes=(Token,)) as chunker,
        visit(call.session, "tap") as client,
    ):
        tapping = Tapping(client, ["llm.token"], alive=lambda: True, count=2, timeout_s=30)
        until(lambda: call.house.hub.exchange.taps(b"llm.token\0"))
        llm.send(*(Token(index=n, text="x") for n in range(3)))
        assert [copy.body["index"] for copy in tapped(tapping)] == [0, 1]
        until(lambda: len(chunker.messages) == 3)
        assert tapping.satisfied
        assert tapping.lost() == ""


def test_a_state_is_there_at_once_and_only_once(call: PretendedCall) -> None:
    phase: Phase = "listening"
    with call.house.peer("turn-manager", gives=(TurnState,)) as manager, visit(call.session, "tap") as client:
        manager.send(TurnState(phase=phase, since_ns=1))
        until(lambda: call.house.hub.traffic.get("turn-manager.state"))
        tapping = Tapping(client, ["turn-manager.state"], alive=lambda: True, timeout_s=0.5)
        with visit(call.session, "other") as other:
            other.tap(["turn-manager.state"], payload=False)
            (copy,) = tapped(tapping)
    assert copy.body == {"phase": "listening", "since_ns": 1}
    assert not tapping.over


def test_what_is_lost_on_the_way_is_told(call: PretendedCall) -> None:
    with call.house.peer("llm", gives=(Token,)) as llm, visit(call.session, "tap") as client:
        tapping = Tapping(client, ["llm.token"], alive=lambda: True, count=2, timeout_s=30)
        until(lambda: call.house.hub.exchange.taps(b"llm.token\0"))
        llm.send(Token(index=0, text="x"))
        llm.sender._seqs["llm.token"] += 193
        llm.send(Token(index=1, text="x"))
        assert len(tapped(tapping)) == 2
        assert tapping.lost() == "INCOMPLETE: 193 dropped (llm.token 193)"


def test_the_end_of_the_call_ends_a_silent_tap(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remote.tapping.LOOK_NS", 1)
    with visit(call.session, "tap") as client:
        tapping = Tapping(client, ["llm.token"], alive=lambda: False)
        assert tapped(tapping) == []
        assert tapping.over
        assert not tapping.satisfied


def test_while_a_call_starts_the_topics_of_the_house_are_known(call: PretendedCall) -> None:
    with visit(call.session, "tap") as client:
        with pytest.raises(Wrong, match=r"there is no topic 'llm.token'"):
            find_topics(client, ["llm.token"])
        call.status = CallStatus("show", "show.toml", "starting", 1.0, ())
        assert find_topics(client, ["llm.token"]) == ["llm.token"]
        with pytest.raises(Wrong):
            find_topics(client, ["llm.tokn"])
