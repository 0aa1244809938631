"""Scenes of plans that make no sense at all: they are answered with faults, never with a crash."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.toys import TOYS
from topology.reading import examine

NAMES = st.sampled_from(
    [
        "session",
        "hosts",
        "services",
        "actors",
        "vad",
        "asr",
        "tts",
        "gpu",
        "local",
        "settings",
        "restart",
        "host",
        "engine",
        "replicas",
        "ssh",
        "command",
        "path",
        "port",
        "folder",
        "name",
        "max",
        "file",
        "toy",
        "?",
    ]
)
VALUES = st.recursive(
    st.booleans() | st.integers(-5, 70_000) | st.floats(allow_nan=False, allow_infinity=False) | NAMES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(inner) for inner in value) + "]"
    return json.dumps(value)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(["session", "hosts", "services", "actors", "x"]), VALUES, max_size=4))
def test_whatever_stands_in_a_plan_it_is_read_or_its_faults_are_named(data: dict[str, object]) -> None:
    text = "\n".join(f"{key} = {as_toml(value)}" for key, value in data.items())
    with TemporaryDirectory() as folder:
        path = Path(folder, "plan.toml")
        path.write_text(text, encoding="utf-8")
        plan, faults = examine(path, TOYS)
    errors = [fault for fault in faults if not fault.warning]
    assert (plan is None) == bool(errors)
    assert all(fault.line >= 1 and fault.what for fault in faults)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_plan_or_have_a_fault(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "plan.toml")
        path.write_bytes(content)
        plan, faults = examine(path, TOYS)
    assert plan is None
    assert faults
