"""Scenes of replacing an actor."""

from __future__ import annotations

import pytest

from bus.errors import Broken, Wrong
from remote.replacing import replace_actor
from remote.visit import visit
from tests.remote.pretended import PretendedCall


def test_the_successor_is_told(call: PretendedCall) -> None:
    with visit(call.session, "restart") as client:
        done = replace_actor(client, "tts")
    assert (done.actor, done.epoch) == ("tts", 2)
    assert done.took_s >= 0


@pytest.mark.parametrize("name", ["hub", "agent", "tss", ""])
def test_only_actors_can_be_replaced(call: PretendedCall, name: str) -> None:
    with visit(call.session, "restart") as client, pytest.raises(Wrong) as refused:
        replace_actor(client, name)
    assert "actors: tts, llm" in refused.value.todo


def test_one_that_does_not_come_is_told(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = call._answer
    monkeypatch.setattr(call, "_answer", lambda ask: answer(ask) if ask.verb == "status" else None)
    with visit(call.session, "restart") as client, pytest.raises(Broken, match=r"tts was not up again within 0.2 s"):
        replace_actor(client, "tts", timeout_s=0.2)
