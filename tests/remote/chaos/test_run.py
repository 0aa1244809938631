"""Scenes of a run: what is ordered, and what is judged of what lies in its folder. The run itself: tests/e2e/test_chaos.py."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.errors import Broken, Wrong
from bus.messages import SoundBegan, Token
from bus.recording import FORMAT, Begin, Writer
from remote.bench.truth import SaidTurn, Truth
from remote.chaos.fault import KINDS
from remote.chaos.run import NOTES, RECORDING, Notes, Order, audit, run_chaos
from remote.chaos.stage import CHANGES
from tests.e2e.plans import TOPOLOGY
from tests.remote.audit.scene import TURNS, Scene, good_call, without
from topology.reading import read_plan


def order(folder: Path) -> Order:
    plan = read_plan(TOPOLOGY / "local.toml")
    return Order(plan=plan, folder=folder, seed=1, kills=200, every_s=4.0, kinds=KINDS)


def test_only_what_can_be_changed_is_changed_and_no_page_is_shot_at(tmp_path: Path) -> None:
    faults = order(tmp_path).faults()
    assert len(faults) == 200
    assert {fault.target for fault in faults if fault.kind == "change"} == set(CHANGES)
    assert "web" not in {fault.target for fault in faults}
    assert {fault.kind for fault in faults} == set(KINDS)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="there already"):
        run_chaos(order(tmp_path), lambda done, total: None)


def laid_down(folder: Path, scene: Scene, trouble: str = "") -> Path:
    """What a run leaves behind."""
    scene.say("vad", SoundBegan(at_ns=0))
    writer = Writer(folder / RECORDING)
    writer.add(Begin(FORMAT, "chaos-1", ("local",), 0, ""))
    for entry in scene.entries:
        writer.add(entry)
    writer.close()
    truth = Truth(16_000, 12_000, tuple(SaidTurn("a b c d e", start, end) for start, end in TURNS))
    (folder / NOTES).write_bytes(msgspec.json.encode(Notes(1, 0, (), truth, (), trouble)))
    return folder


def test_a_run_is_judged_by_what_lies_in_its_folder(tmp_path: Path) -> None:
    verdict = audit(laid_down(tmp_path, good_call()))
    assert (verdict.turns_answered, verdict.violations) == (3, ())


def test_damage_in_the_recording_is_found(tmp_path: Path) -> None:
    scene = good_call()
    without(Token, 1)(scene)
    assert "tokens exactly once" in {each.rule for each in audit(laid_down(tmp_path, scene)).violations}


def test_a_call_that_did_not_end_by_itself_did_not_end_well(tmp_path: Path) -> None:
    (violation,) = audit(laid_down(tmp_path, good_call(), "it did not end by itself")).violations
    assert (violation.rule, violation.what) == ("the call ends well", "it did not end by itself")


def test_a_call_in_which_nobody_was_heard_is_not_judged(tmp_path: Path) -> None:
    laid_down(tmp_path, Scene())
    (tmp_path / RECORDING).unlink()
    writer = Writer(tmp_path / RECORDING)
    writer.add(Begin(FORMAT, "chaos-1", ("local",), 0, ""))
    writer.close()
    with pytest.raises(Broken, match="before its sound began"):
        audit(tmp_path)
