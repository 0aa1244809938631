"""Hangs: who is told from one that is only busy, and when the patience is over."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from bus.clock import SECOND
from bus.control import PeerView, Pulse
from remote.hang import Hangs
from remote.understudies import RESERVED, Understudies
from tests.remote.doubles import Troupe
from topology.change import Unit
from topology.plan import Restart


def peer(name: str, epoch: int = 1, *, silent_ms: float = 300, stuck_ms: float = 0, busy_ms: float = 0) -> PeerView:
    return PeerView(name, epoch, "actor", 7, "active", Pulse(stuck_ms=stuck_ms, busy_ms=busy_ms), 0, silent_ms)


def everybody(*others: PeerView) -> list[PeerView]:
    named = {other.name for other in others}
    return [*others, *(peer(name) for name in ("vad", "tts", "mic-out") if name not in named)]


class Scene:
    """Looks a second apart at three actors; `hung` is who was to be killed, and after how many looks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, restart: Restart | None = None) -> None:
        self.troupe = Troupe(monkeypatch, restart).up()
        self.hangs = Hangs()

    def look(self, *peers: PeerView, since_s: float = 1) -> list[str]:
        seats = self.troupe.staff.seats.values()
        return [f"{h.child.name}: {h.what}" for h in self.hangs.look(seats, peers, int(since_s * SECOND))]

    def looks(self, seconds: int, tts: Literal["stuck", "silent", "busy"]) -> list[str]:
        """Looks once a second while tts is in that state."""
        for second in range(1, seconds + 1):
            ms = {tts: second * 1_000.0}
            state = peer("tts", silent_ms=ms.get("silent", 300), stuck_ms=ms.get("stuck", 0), busy_ms=ms.get("busy", 0))
            if hung := self.look(*everybody(state)):
                return [f"{second} s", *hung]
        return []


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


def test_a_loop_that_stands_still_hangs_though_its_heart_beats(scene: Scene) -> None:
    assert scene.looks(30, "stuck") == ["11 s", "tts: it hung for 11 s and was killed"]


def test_one_without_a_heartbeat_hangs(scene: Scene) -> None:
    assert scene.looks(30, "silent") == ["11 s", "tts: it hung for 11 s and was killed"]


def test_a_long_model_call_is_busy_and_never_hangs(scene: Scene) -> None:
    assert scene.looks(1_000, "busy") == []


def test_a_plan_may_wait_longer_or_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Scene(monkeypatch, Restart(hang_s=60)).looks(90, "stuck")[0] == "61 s"
    assert Scene(monkeypatch, Restart(hang_s=0)).looks(1_000, "stuck") == []


def test_one_that_a_new_hub_never_met_hangs_too(scene: Scene) -> None:
    """It was stopped while the hub died, and so could not say hello to the next one."""
    others = [peer(name) for name in ("vad", "mic-out")]
    hung = [scene.look(*others) for _ in range(11)]
    assert hung == [[]] * 10 + [["tts: it hung for 11 s and was killed"]]


def test_a_sign_of_life_ends_the_count(scene: Scene) -> None:
    assert scene.looks(9, "stuck") == []
    assert scene.look(*everybody()) == []
    child = scene.troupe.child("tts", 1)
    assert scene.hangs.hanging_ms(child) == 300
    assert scene.looks(9, "silent") == []
    assert scene.hangs.hanging_ms(child) == 9_000


def test_when_the_machine_slept_nobody_hung(scene: Scene) -> None:
    """On Windows the clock goes on meanwhile, and everybody seems to have been silent for an hour."""
    asleep = [peer(name, silent_ms=3.6e6, stuck_ms=3.6e6) for name in ("vad", "tts", "mic-out")]
    assert scene.look(*asleep, since_s=3_600) == []
    assert scene.look(*everybody()) == []
    assert scene.hangs.hanging_ms(scene.troupe.child("tts", 1)) == 300


def test_a_new_process_may_load_for_long_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that is imported, or a model that is loaded, holds the loop or the lock: that is no hang."""
    scene = Scene(monkeypatch, Restart(ready_s=60))
    scene.troupe.die("tts", 1)
    scene.troupe.later(200)
    loading = everybody(peer("tts", 2, stuck_ms=30_000, silent_ms=30_000))
    hung = [scene.look(*loading) for _ in range(61)]
    assert hung == [[]] * 60 + [["tts: it was not ready within 60 s and was killed"]]


def test_one_that_is_ready_and_waits_for_the_others_is_not_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    troupe = Troupe(monkeypatch, Restart(ready_s=5))
    troupe.staff.start()
    troupe.notice("tts", 1, "hello", "ready")
    hangs = Hangs()
    for _ in range(5):
        assert hangs.look(troupe.staff.seats.values(), everybody(), SECOND) == []
    hung = hangs.look(troupe.staff.seats.values(), everybody(), SECOND)
    assert [h.child.name for h in hung] == ["vad", "mic-out"]


def test_one_in_standby_for_another_plan_may_load_as_long_as_that_plan_says(scene: Scene) -> None:
    waiting = Understudies(scene.troupe.staff)
    placement = msgspec.structs.replace(scene.troupe.plan.actors["tts"], restart=Restart(ready_s=5))
    waiting.prepare(Unit("tts"), placement)
    assert [scene.look(*everybody()) for _ in range(5)] == [[]] * 5
    assert scene.look(*everybody()) == ["tts: it was not ready within 5 s and was killed"]
    scene.troupe.notice("tts", 1 + RESERVED, "ready")
    assert scene.look(*everybody()) == []
