"""Scenes of face packs in a plan: the mouth must fit the face."""

from __future__ import annotations

from pathlib import Path

import pytest

from topology.reading import find_faults

LOCAL_PLAN = Path(__file__).parents[2] / "topology" / "local.toml"


def said(folder: Path, face: str, camera: str) -> list[tuple[str, str]]:
    for name in ("me", "you"):
        (folder / name).mkdir(exist_ok=True)
    for source in LOCAL_PLAN.parent.glob("*.toml"):
        (folder / source.name).write_bytes(source.read_bytes())
    plan = LOCAL_PLAN.read_text(encoding="utf-8")
    plan = plan[: plan.index("[actors")] + (
        '[actors]\nweb = {}\nvad = { engine = "web" }\nasr = { settings = { phrases = "persona.toml" } }\nturn-manager = {}\n'
        'llm = { settings = { persona = "persona.toml" } }\nchunker = {}\ntts = {}\nav-sync = {}\nmic-out = { engine = "web" }\n'
        f"face = {face}\ncam-out = {camera}\n"
    )
    path = folder / "plan.toml"
    path.write_text(plan, encoding="utf-8")
    return [(fault.what, fault.todo) for fault in find_faults(path) if not fault.warning]


@pytest.mark.parametrize(
    ("face", "camera"),
    [
        ("{}", '{ engine = "web" }'),
        ('{ engine = "musetalk", settings = { pack = "me" } }', '{ engine = "web", settings = { pack = "me" } }'),
        (
            '{ engine = "musetalk", settings = { pack = "me" } }',
            '{ engine = "web", settings = { pack = "../FOLDER/me" } }',
        ),
        (
            '{ engine = "auto", settings = { musetalk = { pack = "me" } } }',
            '{ engine = "web", settings = { pack = "me" } }',
        ),
    ],
)
def test_packs_that_belong_together_are_good(tmp_path: Path, face: str, camera: str) -> None:
    assert said(tmp_path, face, camera.replace("FOLDER", tmp_path.name)) == []


@pytest.mark.parametrize(
    ("face", "camera", "what", "todo"),
    [
        ("{}", '{ engine = "web", settings = { pack = "me" } }', "face (sketch) cannot draw its mouth", "musetalk"),
        (
            '{ engine = "musetalk", settings = { pack = "me" } }',
            '{ engine = "web" }',
            "cam-out shows another face",
            "pack of cam-out, too",
        ),
        (
            '{ engine = "musetalk", settings = { pack = "me" } }',
            '{ engine = "web", settings = { pack = "you" } }',
            "face draws for",
            "one folder",
        ),
        (
            '{ engine = "auto", settings = { musetalk = { pack = "me" } } }',
            '{ engine = "web", settings = { pack = "you" } }',
            "face draws for",
            "one folder",
        ),
    ],
)
def test_packs_of_two_faces_are_told(tmp_path: Path, face: str, camera: str, what: str, todo: str) -> None:
    ((found, advice),) = said(tmp_path, face, camera)
    assert what in found
    assert todo in advice
