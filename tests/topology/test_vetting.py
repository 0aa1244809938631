"""Scenes of a plan that comes from somewhere else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.errors import Wrong
from tests.topology.toys import GOOD, TOYS
from topology.plan import Placement, Plan
from topology.reading import read_plan
from topology.vetting import vet


@pytest.fixture
def good(tmp_path: Path) -> Plan:
    (tmp_path / "hello.wav").write_bytes(b"RIFF")
    path = tmp_path / "plan.toml"
    path.write_text(GOOD, encoding="utf-8")
    return read_plan(path, TOYS)


def with_actor(plan: Plan, name: str, placement: Placement) -> Plan:
    return msgspec.structs.replace(plan, actors={**plan.actors, name: placement})


def test_a_plan_that_was_read_is_good(good: Plan) -> None:
    vet(good, TOYS)


@pytest.mark.parametrize(
    ("name", "fields", "what"),
    [
        ("tss", {}, "there is no actor 'tss'"),
        ("asr", {"actor": "vad"}, "there is no actor 'asr'"),
        ("asr", {"engine": "toi"}, "asr has no engine 'toi'"),
        ("asr", {"engine": ""}, "asr has no engine ''"),
        ("asr", {"replicas": 2}, "asr cannot have replicas"),
        ("asr", {"host": "gpu"}, "there is no host 'gpu'"),
        ("asr", {"settings": {"langage": "en"}}, "asr has no setting 'langage'"),
        ("asr", {"settings": {"quiet_ms": "x"}}, "settings of asr: Expected `int`"),
        ("asr", {"settings": {"quiet_ms": 30}}, "settings of asr: quiet_ms is above loud_ms"),
        ("vad", {"engine": "page"}, "engine 'page' of vad needs the actor 'web'"),
        ("mic-out", {}, "mic-out takes tts.done, and nobody gives it"),
    ],
)
def test_what_could_not_run_is_refused(good: Plan, name: str, fields: dict[str, object], what: str) -> None:
    placement = msgspec.structs.replace(Placement(actor=name, engine="toy"), **fields)
    with pytest.raises(Wrong, match="the plan cannot run: ") as wrong:
        vet(with_actor(good, name, placement), TOYS)
    assert what in wrong.value.what


def test_a_plan_without_actors_is_refused(good: Plan) -> None:
    with pytest.raises(Wrong, match="it has no actors"):
        vet(msgspec.structs.replace(good, actors={}), TOYS)
