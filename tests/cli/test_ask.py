"""Scenes of `avatar ask`."""

from __future__ import annotations

import io
import json
import threading

import pytest

from bus.messages import Ask, Caption, UserSaid
from cli.main import run
from tests.bus.house import Peer, header, until
from tests.remote.pretended import PretendedCall


def answer(manager: Peer) -> None:
    """What a turn-manager does, and somebody else's turn before."""

    def send(message: UserSaid | Caption, turn: int, parent: int = 0) -> None:
        manager.sender.send_now(message, header(number=parent), len(manager.messages) + turn, turn=turn)

    until(lambda: manager.messages)
    asked = manager.ear.heard[0].header.id
    send(Caption(text="an older answer", done=True), 6)
    send(UserSaid(text="Who?", ended_ns=1), 7, asked)
    send(Caption(text="I"), 7)
    send(Caption(text="I am here.", done=True), 7)


@pytest.mark.parametrize("as_json", [False, True])
def test_the_heard_answer_is_printed(call: PretendedCall, as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with call.house.peer("turn-manager", takes=(Ask,), gives=(UserSaid, Caption)) as manager:
        thread = threading.Thread(target=answer, args=(manager,))
        thread.start()
        assert run(["ask", "Who?", "--wait", "--timeout", "5", *(["--json"] if as_json else [])]) == 0
        thread.join()
    out = capsys.readouterr().out
    if as_json:
        told = json.loads(out)
        assert (told["turn"], told["answer"], told["interrupted"]) == (7, "I am here.", False)
    else:
        assert out == "I am here.\n"


def test_without_wait_it_is_only_handed_over(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    with call.house.peer("turn-manager", takes=(Ask,)) as manager:
        assert run(["ask", "Who?"]) == 0
        assert manager.messages == [Ask(text="Who?")]
    assert capsys.readouterr().out == ""


def test_no_answer_is_exit_code_1(call: PretendedCall) -> None:
    errors = io.StringIO()
    with call.house.peer("turn-manager", takes=(Ask,)):
        assert run(["ask", "Who?", "--wait", "--timeout", "0.3"], errors) == 1
    assert "no answer was heard within 0.3 s" in errors.getvalue()


def test_the_end_of_the_call_is_told(call: PretendedCall) -> None:
    errors = io.StringIO()
    with call.house.peer("turn-manager", takes=(Ask,)):
        threading.Timer(0.5, call.end_process).start()
        assert run(["ask", "Who?", "--wait"], errors) == 1
    assert "the call has ended before the answer was heard" in errors.getvalue()
