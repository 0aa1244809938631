"""Scenes of the receiver in one process: its language, its order on the disk, two of them at once."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from remote.shipping import receiver
from remote.shipping.receiver import KEPT, KEPT_S, Failed, Receiver, home

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: it runs on no other host")

SOURCE = (files("remote.shipping") / "receiver.py").read_text(encoding="utf-8")


def test_it_is_read_by_an_old_python_and_needs_nothing_but_that() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 8))
    imported = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    } | {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)


def test_the_folder_is_where_data_of_a_user_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/h")
    monkeypatch.setenv("XDG_DATA_HOME", "/x")
    monkeypatch.setenv("AVATAR_HOME", "/a")
    assert home() == Path("/a/shipped")
    monkeypatch.delenv("AVATAR_HOME")
    assert home() == Path("/x/avatar/shipped")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert home() == Path("/h/.local/share/avatar/shipped")


def test_what_was_not_used_for_days_goes_but_the_newest_stay(tmp_path: Path) -> None:
    one = Receiver(tmp_path)
    for age in range(KEPT + 3):
        tree = one.trees / f"tree{age}"
        tree.mkdir()
        blob = one.blobs / f"blob{age}"
        blob.write_text(str(age))
        os.link(blob, tree / "file")
        long_ago = 1_600_000_000 - age * KEPT_S
        os.utime(tree, (long_ago, long_ago))
    (one.blobs / "half.part").write_text("ha")
    one.sweep({f"tree{KEPT + 2}"})
    kept = {f"tree{age}" for age in range(KEPT - 1)} | {f"tree{KEPT + 2}"}
    assert {tree.name for tree in one.trees.iterdir()} == kept
    assert {blob.name for blob in one.blobs.iterdir()} == {name.replace("tree", "blob") for name in kept} | {
        "half.part"
    }


def test_a_tree_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    one = Receiver(tmp_path)
    for path in ("../evil", "/etc/evil"):
        with pytest.raises(Failed):
            one.plant("tree", [[path, "blob"]])
    assert not (one.trees / "tree").exists()


def test_of_two_at_once_one_waits_and_says_so(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from remote.shipping.receiver import Receiver\n"
        "with Receiver(Path(sys.argv[1])).alone(): print('mine', flush=True); sys.stdin.read()"
    )
    line = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout and first.stdout.readline() == b"mine\n"
        with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as second:
            assert second.stdout and b"waiting for another avatar" in second.stdout.readline()
            first.kill()
            assert any(told == b"mine\n" for told in second.stdout)
            second.kill()


def test_a_host_without_pip_and_venv_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "succeeds", lambda _line: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match="no pip"):
        Receiver(tmp_path / "far").uv()
