"""Casualties as the watching person is told of them."""

from __future__ import annotations

from bus.clock import MS
from bus.messages import ActorHealth, CallHealth, SeatState
from remote.casualties import Casualties, News


class Scene:
    """The health of tts, one state after another."""

    def __init__(self) -> None:
        self.casualties = Casualties()
        self.at_ns = 0
        self.tts(pid=5)

    def tts(self, state: SeatState = "running", *, pid: int = 0, restarts: int = 0, error: str = "") -> list[News]:
        self.at_ns += 400 * MS
        one = ActorHealth("tts", state, 1 if pid else 0, pid, restarts, error)
        return self.casualties.news(CallHealth(actors=(one, ActorHealth("vad", "running", 1, 9))), self.at_ns)


def test_one_that_died_and_came_back_is_told_in_one_line() -> None:
    scene = Scene()
    assert scene.tts("waiting", restarts=1, error="it ended with code -9") == []
    assert scene.tts("restarting", restarts=1, error="it ended with code -9") == []
    assert scene.tts(pid=6, restarts=1, error="it ended with code -9") == [
        News("aside", "tts was lost (it ended with code -9) and is back after 0.8 s")
    ]
    assert scene.tts(pid=6, restarts=1, error="it ended with code -9") == []


def test_a_planned_restart_is_no_casualty() -> None:
    scene = Scene()
    assert scene.tts("restarting", pid=5, restarts=1) == []
    assert scene.tts("restarting", restarts=1) == []
    assert scene.tts(pid=6, restarts=1) == []


def test_one_that_is_given_up_is_told_at_once_and_once_and_so_is_its_return() -> None:
    scene = Scene()
    scene.tts("waiting", restarts=1, error="x")
    (lost,) = scene.tts("given up", restarts=1, error="it died 2 times")
    assert lost.tone == "lost"
    assert lost.text.endswith("it died 2 times (avatar restart tts)")
    assert scene.tts("given up", restarts=1, error="it died 2 times") == []
    assert scene.tts("restarting", restarts=2, error="it died 2 times") == []
    assert scene.tts(pid=7, restarts=2, error="it died 2 times") == [News("back", "tts is back")]


def test_a_hub_that_was_replaced_between_two_looks_is_told_too() -> None:
    casualties = Casualties()
    casualties.news(CallHealth(actors=(ActorHealth("hub", "running", pid=3),)), 0)
    hub = ActorHealth("hub", "running", pid=4, restarts=1, error="it hung for 5 s and was killed")
    (told,) = casualties.news(CallHealth(actors=(hub,)), 0)
    assert told == News("aside", "hub was lost (it hung for 5 s and was killed) and is back")


def test_one_that_died_once_and_is_later_replaced_as_wished_is_no_casualty_again() -> None:
    scene = Scene()
    scene.tts("waiting", restarts=1, error="it ended with code -9")
    assert len(scene.tts(pid=6, restarts=1, error="it ended with code -9")) == 1
    assert scene.tts(pid=7, restarts=2) == []
