"""Scenes of replacing an actor."""

from __future__ import annotations

import msgspec
import pytest

from bus.control import ActorCall, Ask
from bus.errors import Broken, Wrong
from remote.replacing import replace_actor
from remote.visit import visit
from tests.remote.pretended import PretendedCall, row


def test_the_successor_is_told(call: PretendedCall) -> None:
    with visit(call.session, "restart") as client:
        (done,) = replace_actor(client, "tts")
    assert (done.actor, done.epoch) == ("tts", 2)
    assert done.took_s >= 0


@pytest.mark.parametrize("name", ["hub", "agent", "tss", ""])
def test_only_actors_can_be_replaced(call: PretendedCall, name: str) -> None:
    with visit(call.session, "restart") as client, pytest.raises(Wrong) as refused:
        list(replace_actor(client, name))
    assert "actors: tts, llm" in refused.value.todo


def test_one_that_does_not_come_is_told(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = call._answer
    monkeypatch.setattr(call, "_answer", lambda ask: answer(ask) if ask.verb == "status" else None)
    with visit(call.session, "restart") as client, pytest.raises(Broken, match=r"tts was not up again within 0.2 s"):
        list(replace_actor(client, "tts", timeout_s=0.2))


def test_replicas_go_one_after_another_and_one_alone_when_it_is_named(call: PretendedCall) -> None:
    call.status = msgspec.structs.replace(call.status, actors=(row("tts"), row("tts#1"), row("llm")))
    with visit(call.session, "restart") as client:
        assert [done.actor for done in replace_actor(client, "tts")] == ["tts", "tts#1"]
        assert [done.actor for done in replace_actor(client, "tts#1")] == ["tts#1"]


def test_a_question_that_went_down_with_a_hub_is_asked_again_for_the_same_process(
    call: PretendedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    call.status = msgspec.structs.replace(call.status, actors=(row("tts", epoch=4),))
    heard: list[ActorCall] = []
    answer = call._answer

    def lossy(ask: Ask) -> None:
        if ask.verb == "restart":
            heard.append(msgspec.msgpack.decode(ask.args, type=ActorCall))
        if ask.verb != "restart" or len(heard) > 1:
            answer(ask)

    monkeypatch.setattr(call, "_answer", lossy)
    monkeypatch.setattr("remote.replacing.ASK_S", 0.1)
    with visit(call.session, "restart") as client:
        assert [done.epoch for done in replace_actor(client, "tts")] == [2]
    assert heard == [ActorCall("tts", 4)] * 2
