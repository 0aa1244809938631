"""Places that a plan may name."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.errors import Wrong
from remote.places import expect_only_here
from tests.remote.doubles import plan
from topology.plan import Host, Placement


def test_another_machine_is_refused_and_one_that_nothing_runs_on_is_not() -> None:
    here = msgspec.structs.replace(plan(Path()), hosts={"gpu": Host(ssh="me@gpu")})
    expect_only_here(here)
    away = msgspec.structs.replace(here, actors={"tts": Placement(actor="tts", host="gpu")})
    with pytest.raises(Wrong, match="places actors on gpu: only this machine can be used yet"):
        expect_only_here(away)
