"""Scenes of closing a call from outside."""

from __future__ import annotations

import pytest

from bus.errors import Broken
from remote.closing import close_call, ending_lines
from remote.session import Ending
from tests.remote.pretended import PretendedCall


def test_it_waits_until_the_process_is_gone_and_gives_the_ending(call: PretendedCall) -> None:
    assert close_call(call.session) == call.ending
    assert call.session.running() is None


def test_a_call_that_does_not_end_is_killed(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "end_process", lambda: None)
    monkeypatch.setattr(call.session.__class__, "write", lambda *_: None)
    with pytest.raises(Broken, match=r"show did not end in 0.2 s and was killed"):
        close_call(call.session, end_s=0.2)
    assert call.process.wait(30) != 0


def test_a_host_that_could_not_be_told_of_the_end_is_named() -> None:
    alone = "gpu is out of reach: its part of the call ends itself 60 s after it was last reached"
    assert ending_lines("show", Ending(left_alone=(alone,))) == ["show has ended", alone]


def test_films_and_what_went_wrong_are_told() -> None:
    ending = Ending("tts: no voice", "install one", 1, ("a.mp4",), ("b is torn",))
    assert ending_lines("show", ending) == [
        "show has ended",
        "film: a.mp4",
        "no film: b is torn",
        "tts: no voice (install one)",
    ]
    assert ending_lines("show", Ending()) == ["show has ended"]
