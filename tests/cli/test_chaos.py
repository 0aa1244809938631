"""Scenes of `avatar chaos`: its arguments, its table, its exit code. A whole run: tests/e2e/test_chaos.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bus.messages import Token
from cli.main import run
from remote.audit.verdict import judge
from remote.chaos.fault import KINDS, SPLIT_KINDS
from remote.chaos.run import Order, Tell
from tests.e2e.plans import TOPOLOGY
from tests.remote.audit.scene import Scene, evidence, fault, good_call, without

DEMO = str(TOPOLOGY / "demo.toml")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """What would be run; the good call comes of it, spoilt for seed 13."""
    given: list[Order] = []

    def pretend(order: Order, tell: Tell) -> object:
        given.append(order)
        scene: Scene = good_call()
        if order.seed == 13:
            without(Token)(scene)
        done = fault("stop", "tts", 1_000)
        tell(done, 4)
        return judge(evidence(scene, [done]))

    monkeypatch.setattr("remote.chaos.run.run_chaos", pretend)
    return given


def test_a_run_without_a_violation_ends_well(orders: list[Order], capsys: Captured) -> None:
    assert run(["chaos", DEMO, "--kills", "4"]) == 0
    told = capsys.readouterr()
    assert "violations      0" in told.out
    assert "fault 1/4  stop tts" in told.err
    (order,) = orders
    assert (order.kills, order.seed, order.kinds, order.folder) == (4, 1, KINDS, Path("out/chaos-1"))


def test_a_violation_is_exit_code_1_and_json_tells_it(orders: list[Order], capsys: Captured) -> None:
    assert run(["chaos", DEMO, "--seed", "13", "--faults", "hub, kill", "--json", "-o", "x"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert "tokens exactly once" in [each["rule"] for each in told["violations"]]
    assert (orders[0].kinds, orders[0].folder) == (("kill", "hub"), Path("x"))


def test_links_are_cut_only_where_there_are_two_hosts(orders: list[Order], capsys: Captured) -> None:
    assert run(["chaos", DEMO, "--faults", "cut"]) == 2
    assert "no fault 'cut'" in capsys.readouterr().err
    split = str(TOPOLOGY / "split.toml")
    assert run(["chaos", split, "--split", "-o", "x"]) == run(["chaos", split, "--split", "--faults", "cut"]) == 0
    assert [(order.split, order.kinds) for order in orders] == [(True, SPLIT_KINDS), (True, ("cut",))]


def test_a_fault_that_there_is_not_is_refused(orders: list[Order], capsys: Captured) -> None:
    assert run(["chaos", DEMO, "--faults", "flood"]) == 2
    assert "no fault 'flood'" in capsys.readouterr().err
    assert orders == []
