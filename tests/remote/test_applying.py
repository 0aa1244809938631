"""Scenes of applying a plan from outside."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.control import Ask
from bus.errors import Broken, Gone
from remote import applying
from remote.applied import Applied, Step
from remote.applying import apply_plan, plan_of
from remote.session import Session
from remote.visit import visit
from remote.wish import Wish
from tests.remote.doubles import plan
from tests.remote.pretended import PretendedCall

DONE = Applied("done", (Step("started", "web", (), 0.5),))


@pytest.fixture
def wishes(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    """What was asked for. The first question is lost."""
    heard: list[Wish] = []
    answer = call._answer

    def lossy(ask: Ask) -> None:
        heard.append(msgspec.msgpack.decode(ask.args, type=Wish))
        if len(heard) > 1:
            answer(ask)

    monkeypatch.setattr(call, "_answer", lossy)
    monkeypatch.setattr(applying, "ASK_S", 0.1)
    return heard


def test_it_is_asked_again_until_it_is_over_always_for_the_same(call: PretendedCall, wishes: list[Wish]) -> None:
    call.applied = [Applied("loading"), Applied("taking"), DONE]
    with visit(call.session, "apply") as client:
        told: list[str] = []
        assert apply_plan(client, plan(Path("/a")), tell=told.append) == DONE
    assert told == ["loading what is new; nothing has changed yet", "it takes over"]
    assert len(wishes) == 4
    assert len({wish.number for wish in wishes}) == 1


def test_a_refusal_has_its_reason_and_its_exit_code(call: PretendedCall) -> None:
    call.applied = [Applied("refused", (), "tts: no such voice", "do this", 2)]
    with visit(call.session, "apply") as client, pytest.raises(Broken) as refused:
        apply_plan(client, plan(Path("/a")), dry_run=True)
    assert str(refused.value) == "refused, nothing has changed: tts: no such voice\ndo this"
    assert refused.value.exit_code == 2


def test_a_call_that_stays_silent_is_told(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "ASK_S", 0.05)
    monkeypatch.setattr(applying, "SILENCE_S", 0.1)
    call.deaf = True
    with visit(call.session, "apply") as client, pytest.raises(Gone, match="the call does not answer"):
        apply_plan(client, plan(Path("/a")))


def test_the_plan_of_a_call_is_the_file_it_was_started_from(call: PretendedCall) -> None:
    assert plan_of(call.session) == Path("show.toml")
    with pytest.raises(Gone, match="has ended"):
        plan_of(Session("other"))
