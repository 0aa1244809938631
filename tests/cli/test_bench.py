"""Scenes of `avatar bench`; what is measured is faked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.main import run
from remote.bench import call, hop, idle, restarts, soak
from remote.bench.figures import Figure

GOOD = Figure(part="bus", name="one hop", value=1.8, unit="x", at_most=2.0)
BAD = Figure(part="bus", name="throughput", value=9_000, unit="/s", at_least=20_000, note="n=3")
Tell = Callable[[str], None]


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which parts were measured, and with how many rounds, seconds and interruptions."""
    asked: list[str] = []

    def hops(tell: Tell, *, rounds: int, seconds: float, burst: int) -> Iterator[list[Figure]]:
        asked.append(f"bus {rounds} {seconds}")
        tell("round 1")
        yield [GOOD]
        yield [BAD]

    def idling(up: object, tell: Tell, *, seconds: float) -> Iterator[list[Figure]]:
        asked.append(f"idle {seconds}")
        yield []

    def calling(up: object, tell: Tell, *, demos: int, hasty: int, starts: int) -> Iterator[list[Figure]]:
        asked.append(f"call {demos} {hasty} {starts}")
        yield []

    def soaking(up: object, tell: Tell, *, minutes: float, plan: Path | None) -> Iterator[list[Figure]]:
        asked.append(f"soak {minutes} {plan}")
        yield []

    def restarting(up: object, tell: Tell, *, rounds: int) -> Iterator[list[Figure]]:
        asked.append(f"restarts {rounds}")
        yield []

    monkeypatch.setattr(restarts, "measure_restarts", restarting)
    monkeypatch.setattr(soak, "measure_soak", soaking)
    monkeypatch.setattr(hop, "measure_hops", hops)
    monkeypatch.setattr(idle, "measure_idle", idling)
    monkeypatch.setattr(call, "measure_calls", calling)
    return asked


def test_everything_is_measured_unless_one_part_is_asked_for(measured: list[str]) -> None:
    assert run(["bench"]) == 0
    assert measured == ["bus 3 10", "idle 20", "call 1 13 2"]
    measured.clear()
    assert run(["bench", "call", "--rounds", "2"]) == 0
    assert measured == ["call 2 13 2"]
    measured.clear()
    assert run(["bench", "--quick"]) == 0
    assert measured == ["bus 1 4", "idle 5", "call 0 4 0"]


def test_people_get_a_table_and_the_progress_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "bus"]) == 0
    out, errors = capsys.readouterr()
    assert out.splitlines() == ["ok    one hop  1.80 x  ≤ 2", "miss  throughput  9,000 /s  ≥ 20,000  n=3"]
    assert errors == "… round 1\n"


def test_machines_get_one_object_a_figure_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "bus", "--json"]) == 0
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert (good["verdict"], bad["verdict"], bad["command"]) == ("ok", "miss", "avatar bench bus")


def test_a_missed_target_is_a_failure_only_when_that_was_asked_for() -> None:
    assert run(["bench", "bus", "--strict"]) == 1
    assert run(["bench", "idle", "--strict"]) == 0


def test_a_part_that_does_not_exist_is_wrong_usage() -> None:
    assert run(["bench", "lunch"]) == 2


def test_restarts_are_measured_when_they_are_asked_for(measured: list[str]) -> None:
    assert run(["bench", "restarts"]) == 0
    assert run(["bench", "restarts", "--quick"]) == 0
    assert measured == ["restarts 2", "restarts 1"]


def test_a_soak_takes_its_time_and_a_plan_and_nothing_else_takes_one(measured: list[str]) -> None:
    assert run(["bench", "soak", "mine.toml", "--minutes", "2"]) == 0
    assert run(["bench", "soak"]) == 0
    assert measured == ["soak 2.0 mine.toml", "soak 60.0 None"]
    assert run(["bench", "call", "mine.toml"]) == 2
