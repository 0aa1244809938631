"""Vigil: what hangs is killed, with its reason, and then comes back as anything that died."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.clock import SECOND
from bus.control import PeerView, Pulse
from remote.heartbeats import Heartbeats
from remote.keeper import HubKeeper
from remote.vigil import Vigil
from tests.remote.doubles import KEYS, Troupe


class Beats(Heartbeats):
    """Answers that the scene gives."""

    def __init__(self) -> None:
        self.peers: list[PeerView] = []
        self.since_ns = SECOND
        self.hub_silent_ns = 0
        self.fresh = False
        self.asked = 0

    def look(self, at_ns: int) -> bool:
        return self.fresh

    def ask(self, at_ns: int) -> None:
        self.asked += 1


class Scene:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.troupe = Troupe(monkeypatch).up()
        self.hub = HubKeeper(KEYS, Path("logs"))
        self.beats = Beats()
        self.vigil = Vigil(self.beats, self.troupe.staff, self.hub, Path("logs"))


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


def test_an_actor_that_hangs_is_killed_and_its_seat_says_why(scene: Scene) -> None:
    stuck = PeerView("tts", 1, "actor", 7, "active", Pulse(stuck_ms=60_000), 0, 100)
    scene.beats.peers = [stuck, *(PeerView(n, 1, "actor", 7, "active", Pulse(), 0, 100) for n in ("vad", "mic-out"))]
    scene.beats.fresh = True
    for _ in range(11):
        scene.vigil.look(0)
    assert [c.name for c in scene.troupe.made.made if c.killed] == ["tts"]
    scene.troupe.staff.look_after()
    seat = scene.troupe.staff.seats["tts"]
    assert (seat.state, seat.error) == ("waiting", "it hung for 11 s and was killed")


def test_while_the_hub_is_silent_no_actor_is_blamed_and_the_hub_is_killed_in_the_end(scene: Scene) -> None:
    scene.beats.hub_silent_ns = 4 * SECOND
    for _ in range(100):
        scene.vigil.look(0)
    assert scene.vigil.hub_hanging_ms == 4_000
    assert not any(child.killed for child in scene.troupe.made.made)
    scene.beats.hub_silent_ns = 5 * SECOND + 1
    scene.vigil.look(0)
    assert [c.name for c in scene.troupe.made.made if c.killed] == ["hub"]
    scene.hub.look_after()
    scene.troupe.clock.sleep_ms(100)
    assert scene.hub.look_after()
    scene.vigil.look(0)
    assert (scene.beats.hub_silent_ns, scene.beats.asked) == (0, 1), "the new one is asked at once"
    assert scene.hub.error == "it hung for 5 s and was killed"
