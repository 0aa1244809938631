"""Scenes of a dismissal: who ends when told to, and who does not. A whole staff's: tests/remote/test_staff.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.control import ActorCall
from bus.errand import Errand
from remote.dismissal import STOP_S, dismiss
from tests.remote.doubles import KEYS, fake_processes


def test_one_that_ends_is_not_killed_and_one_that_does_not_is(monkeypatch: pytest.MonkeyPatch) -> None:
    made, clock = fake_processes(monkeypatch)
    polite, deaf = (made([], Errand(name=name, keys=KEYS), Path("log")) for name in ("polite", "deaf"))
    told: list[str] = []

    def tell(verb: str, call: ActorCall) -> None:
        told.append(call.name)
        if call.name == "polite" and told.count("polite") == 2:
            polite.code = 0

    begun_ns = clock.at_ns
    dismiss([polite, deaf], tell)
    assert (polite.killed, deaf.killed) == (False, True)
    assert clock.at_ns - begun_ns == pytest.approx(STOP_S * 1e9, rel=0.01)
    assert told.count("deaf") > 20


def test_nobody_is_waited_for_when_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    _, clock = fake_processes(monkeypatch)
    begun_ns = clock.at_ns
    dismiss([], lambda _verb, _call: None)
    assert clock.at_ns == begun_ns
