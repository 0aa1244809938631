"""Reason of a process's end."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.control import Notice
from bus.errand import Errand
from remote.reason import WORD_NS, may_still_say, reason_of
from tests.remote.doubles import KEYS, Clock, FakeChild, fake_processes


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> tuple[FakeChild, Clock]:
    made, clock = fake_processes(monkeypatch)
    return made([], Errand(name="tts", keys=KEYS), Path("tts.log")), clock


def test_its_own_words_come_before_its_exit_code(child: tuple[FakeChild, Clock]) -> None:
    tts, _ = child
    tts.code = 2
    reason, hopeless = reason_of(tts)
    assert (reason.what, reason.todo, hopeless) == ("it ended with code 2", "its log: tts.log", True)
    tts.bye = Notice("tts", 1, "gone", "the server went away", "start it", hopeless=False, exit_code=1)
    reason, hopeless = reason_of(tts)
    assert (reason.what, reason.todo, hopeless) == ("the server went away", "start it", False)


@pytest.mark.parametrize(("code", "may"), [(1, True), (2, True), (0, False), (-9, False)])
def test_one_that_failed_may_still_say_why_for_a_while(child: tuple[FakeChild, Clock], code: int, may: bool) -> None:
    tts, clock = child
    tts.code = code
    tts.exit_code()
    assert may_still_say(tts) == may
    clock.at_ns += WORD_NS
    assert not may_still_say(tts)
