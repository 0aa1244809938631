"""Scenes of what is brought to another host, and of the names that it has."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bus.errors import Wrong
from remote.shipping.cargo import Tree, code_root, code_tree, environment_digest, input_tree, project_file


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checkout(root: Path) -> Path:
    for name, text in {
        "bus/hub.py": "hub",
        "actors/web/static/page.js": "page",
        "topology/talk.wav": "sound",
        "topology/demo.toml": "plan",
        "remote/__pycache__/agent.pyc": "cache",
        "cli/.hidden": "mine",
        "tests/test_hub.py": "test",
        ".env": "HF_TOKEN=hf_secret",
        ".git/HEAD": "ref",
        "out/call.mp4": "film",
        "pyproject.toml": "[project]",
        "uv.lock": "version = 1",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_the_code_goes_with_its_project_and_lock_and_nothing_else_does(tmp_path: Path) -> None:
    tree = code_tree(checkout(tmp_path), digest)
    assert sorted(tree.files) == [
        "actors/web/static/page.js", "bus/hub.py", "pyproject.toml", "topology/demo.toml", "uv.lock",
    ]  # fmt: skip


def test_the_name_of_the_code_changes_with_any_byte_and_any_path(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    before = code_tree(root, digest)
    assert code_tree(root, digest).digest == before.digest
    (root / "bus/hub.py").write_text("hub!")
    changed = code_tree(root, digest)
    assert changed.digest != before.digest
    (root / "bus/hub.py").rename(root / "bus/centre.py")
    assert code_tree(root, digest).digest != changed.digest


def test_the_environment_outlives_a_change_of_code_but_not_of_versions_or_extras(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    before = environment_digest(code_tree(root, digest), ())
    (root / "bus/hub.py").write_text("hub!")
    assert environment_digest(code_tree(root, digest), ()) == before
    assert environment_digest(code_tree(root, digest), ("llama",)) != before
    (root / "uv.lock").write_text("version = 2")
    assert environment_digest(code_tree(root, digest), ()) != before


def test_this_very_code_can_be_brought_somewhere() -> None:
    tree = code_tree(code_root(), digest)
    assert {"remote/shipping/receiver.py", "actors/face/actor.py", "pyproject.toml", "topology/persona.toml"} <= set(
        tree.files
    )
    assert not any(name.startswith(("tests/", "out/", ".")) for name in tree.files)


def test_without_a_project_file_nothing_can_be_installed_there(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="pyproject"):
        project_file(tmp_path)


def test_a_file_and_a_folder_keep_their_names(tmp_path: Path) -> None:
    pack = tmp_path / "Mia's pack"
    (pack / "eyes").mkdir(parents=True)
    (pack / "eyes" / "left.png").write_text("eye")
    (pack / "face.toml").write_text("face")
    folder, file = input_tree(pack, digest), input_tree(pack / "face.toml", digest)
    assert folder.name == "Mia's pack"
    assert [path for path, _ in folder.rows] == ["Mia's pack/eyes/left.png", "Mia's pack/face.toml"]
    assert file == Tree("face.toml", {"face.toml": (digest(pack / "face.toml"), pack / "face.toml")})
    with pytest.raises(Wrong, match="cannot be read"):
        input_tree(tmp_path / "nowhere", digest)
