"""Keeper of the hub, on hubs that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errand import Errand
from bus.errors import Broken
from bus.messages import ActorHealth
from remote.keeper import RULES, HubKeeper
from remote.mark import Mark
from tests.remote.doubles import KEYS, Clock, FakeChild, fake_processes


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> tuple[HubKeeper, type[FakeChild], Clock]:
    made, clock = fake_processes(monkeypatch)
    return HubKeeper(KEYS, Path("logs")), made, clock


def test_a_hub_that_dies_comes_back_at_the_same_port(stage: tuple[HubKeeper, type[FakeChild], Clock]) -> None:
    keeper, made, clock = stage
    assert (keeper.port, made.made[0].errand.control_port) == (4711, 0)
    assert not keeper.look_after()
    made.made[0].code = -9
    assert not keeper.look_after()  # its back-off
    assert keeper.health() == ActorHealth("hub", "waiting", error="it ended with code -9")
    clock.sleep_ms(21)
    assert keeper.look_after()
    assert keeper.health() == ActorHealth(
        "hub", "running", pid=made.made[1].pid, restarts=1, error="it ended with code -9"
    )
    assert (keeper.restarts, keeper.child, made.made[1].errand.control_port) == (1, made.made[1], 4711)
    assert not keeper.look_after()


def test_one_that_hangs_is_killed_and_replaced_and_everybody_is_told_why(
    stage: tuple[HubKeeper, type[FakeChild], Clock],
) -> None:
    keeper, made, clock = stage
    keeper.kill("it hung for 5 s and was killed")
    assert made.made[0].killed
    assert not keeper.look_after()
    clock.sleep_ms(21)
    assert keeper.look_after()
    assert (keeper.error, keeper.health().error) == ("it hung for 5 s and was killed",) * 2


def test_one_that_dies_again_and_again_ends_the_call(stage: tuple[HubKeeper, type[FakeChild], Clock]) -> None:
    keeper, made, clock = stage

    def die_for_ever() -> None:
        for _ in range(10_000):
            made.made[-1].code = -9
            keeper.look_after()
            clock.sleep_ms(10)

    with pytest.raises(Broken, match="again and again"):
        die_for_ever()
    assert len(made.made) == RULES.max + 1


def test_one_that_cannot_bind_yet_is_tried_again(
    stage: tuple[HubKeeper, type[FakeChild], Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, made, clock = stage
    made.made[0].code = -9
    keeper.look_after()
    clock.sleep_ms(21)
    with monkeypatch.context() as broken:
        broken.setattr(made, "first_line", lambda self, timeout_s: "")
        assert not keeper.look_after()
    assert made.made[1].killed
    clock.sleep_ms(41)
    assert keeper.look_after()


def test_a_first_hub_that_says_nothing_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = fake_processes(monkeypatch)
    monkeypatch.setattr(made, "first_line", lambda self, timeout_s: "")
    with pytest.raises(Broken, match="did not start"):
        HubKeeper(KEYS, Path("logs"))
    assert made.made[0].killed


def test_one_that_does_not_end_is_killed(stage: tuple[HubKeeper, type[FakeChild], Clock]) -> None:
    keeper, made, _ = stage
    keeper.end()
    assert made.made[0].killed


def test_one_that_is_there_already_is_kept_and_one_that_died_comes_back_at_its_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, clock = fake_processes(monkeypatch)
    found = made([], Errand(name="hub", keys=KEYS), Path("hub.log"))
    noted: list[tuple[Mark | None, int]] = []
    keeper = HubKeeper(KEYS, Path("logs"), 60, lambda mark, port: noted.append((mark, port)), 4711, found)
    assert (keeper.child, keeper.look_after(), noted) == (found, False, [])
    found.code = -9
    keeper.look_after()
    clock.sleep_ms(21)
    assert keeper.look_after()
    assert made.made[1].errand.control_port == 4711
    assert noted == [(None, 4711), (keeper.child.mark, 4711), (keeper.child.mark, 4711)]
