"""Scenes of settings with paths in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
import pytest

from actors.vad.sound_file import SoundFile
from actors.weights import WeightFile, Weights
from bus.actor import Actor
from tests.topology.toys import EarSettings, FileEar
from topology.form import Form
from topology.settings import check_settings, path_kind
from topology.source import Source


class Paths(msgspec.Struct):
    plain: str = ""
    source: Annotated[str, msgspec.Meta(min_length=1, extra={"path": "input"})] = "x"
    maybe: Annotated[str, msgspec.Meta(extra={"path": "output"})] | None = None


class MindSettings(msgspec.Struct, forbid_unknown_fields=True):
    model: Annotated[str, msgspec.Meta(extra={"path": "input"})]


class Mind:
    Settings: ClassVar = MindSettings
    pullable: ClassVar = (
        Weights(
            name="tiny",
            files=(WeightFile("tiny.gguf"),),
            source="https://example.org/",
            page="https://example.org/tiny",
            licence="",
            gated=True,
        ),
    )


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


def test_a_model_that_is_not_there_is_told_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path / "models"))
    plan = 'model = "/nowhere/tiny.gguf"'

    def todo() -> str:
        form = Form(Source(str(tmp_path / "plan.toml"), plan))
        check_settings(form, (), {"model": "/nowhere/tiny.gguf"}, Bare, Mind, local=True)
        (fault,) = form.faults
        return fault.todo

    place = tmp_path / "models" / "tiny" / "tiny.gguf"
    way = "avatar models pull tiny (gated: agree on https://example.org/tiny first; it asks for HF_TOKEN)"
    assert todo() == f"{way}, then write {place}"
    place.parent.mkdir(parents=True)
    place.touch()
    assert todo() == f"it is here: {place}"


def test_an_absolute_path_on_another_host_stays_as_it_is(tmp_path: Path) -> None:
    there = (tmp_path / "there.wav").absolute().as_posix()
    assert checked(tmp_path, there, local=False) == ({"path": there}, [])


def test_a_file_that_is_there_but_not_what_the_engine_takes_is_told_with_its_setting(tmp_path: Path) -> None:
    wav = tmp_path / "a.wav"
    for content, what in ((b"", "is empty"), (b"no sound at all", "is not a sound file that can be read")):
        wav.write_bytes(content)
        form = Form(Source(str(tmp_path / "plan.toml"), 'path = "a.wav"'))
        check_settings(form, (), {"path": "a.wav"}, Bare, SoundFile, local=True)
        assert [fault.what for fault in form.faults] == [
            f"path: the sound file {wav.resolve()} is empty" if not content else f"path: {wav.resolve()} {what}"
        ]
