"""Health of a call from its seats."""

from __future__ import annotations

import pytest

from bus.messages import ActorHealth
from remote.health import call_health
from tests.remote.doubles import Troupe
from topology.plan import Restart

HUB, AGENT = ActorHealth("hub", "running", pid=5), ActorHealth("agent", "running", pid=6)


def test_every_seat_tells_who_holds_it_and_an_empty_one_why(monkeypatch: pytest.MonkeyPatch) -> None:
    troupe = Troupe(monkeypatch, Restart(max=1)).up()

    def seen() -> dict[str, ActorHealth]:
        return {each.actor: each for each in call_health(troupe.staff.seats.values(), HUB, AGENT).actors}

    assert seen()["tts"] == ActorHealth("tts", "running", 1, 101)
    assert (seen()["hub"], seen()["agent"]) == (HUB, AGENT)
    troupe.die("tts", 1)
    assert seen()["tts"] == ActorHealth("tts", "waiting", restarts=1, error="it ended with code -9")
    troupe.later(200)
    assert seen()["tts"] == ActorHealth("tts", "restarting", restarts=1, error="it ended with code -9")
    troupe.notice("tts", 2, "hello", "ready", "active")
    assert seen()["tts"] == ActorHealth("tts", "running", 2, 102, 1, "it ended with code -9")
    troupe.die("tts", 2)
    assert seen()["tts"].state == "given up"
    assert seen()["vad"].state == "running"
