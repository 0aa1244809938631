"""Chaos in a whole call: real processes are killed, held, restarted and changed while somebody speaks, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from remote.audit.verdict import Verdict
from tests.e2e.call import avatar
from tests.e2e.plans import TOPOLOGY

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

FAULTS = 10


def test_ten_faults_break_no_rule(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, errors = avatar(
        tmp_path / "home",
        *(
            "chaos",
            str(TOPOLOGY / "demo.toml"),
            "--kills",
            str(FAULTS),
            "--every",
            "2",
            "--seed",
            "120",
            "-o",
            str(out),
        ),
        "--json",
        seconds=170,
    )
    verdict = msgspec.json.decode(told, type=Verdict) if told else None
    assert verdict, errors
    assert verdict.violations == (), errors
    assert (code, verdict.undone) == (0, 0), errors
    assert sum(verdict.faults.values()) == FAULTS
    assert verdict.turns_answered == verdict.turns - verdict.turns_deaf > 0
    assert verdict.replies_heard > 0
    assert (out / "call.rec").stat().st_size > 0
