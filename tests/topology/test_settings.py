"""Scenes of settings with paths in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import msgspec

from bus.actor import Actor
from tests.topology.toys import EarSettings, FileEar
from topology.form import Form
from topology.settings import check_settings, path_kind
from topology.source import Source


class Paths(msgspec.Struct):
    plain: str = ""
    source: Annotated[str, msgspec.Meta(min_length=1, extra={"path": "input"})] = "x"
    maybe: Annotated[str, msgspec.Meta(extra={"path": "output"})] | None = None


class Bare(Actor):
    name = "bare"


def test_a_path_is_known_by_its_mark_also_when_it_may_be_left_out() -> None:
    assert [path_kind(field) for field in msgspec.structs.fields(Paths)] == ["", "input", "output"]
    assert path_kind(msgspec.structs.fields(EarSettings)[0]) == "input"


def checked(folder: Path, value: str, *, local: bool = True) -> tuple[dict[str, object], list[str]]:
    form = Form(Source(str(folder / "plan.toml"), f"path = {json.dumps(value)}"))
    settings = check_settings(form, (), {"path": value}, Bare, FileEar, local=local)
    return settings, [fault.what for fault in form.faults]


def test_an_input_path_is_looked_for_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    assert checked(tmp_path, "a.wav") == ({"path": str((tmp_path / "a.wav").resolve())}, [])
    for name in ("b.wav", "b\0.wav", "~nobody-of-that-name/b.wav", "b" * 5_000):
        assert checked(tmp_path, name)[1] == [f'path: there is no file "{name}"']


def test_an_absolute_path_on_another_host_stays_as_it_is(tmp_path: Path) -> None:
    there = (tmp_path / "there.wav").absolute().as_posix()
    assert checked(tmp_path, there, local=False) == ({"path": there}, [])
