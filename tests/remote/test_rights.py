"""Rights: who may come in to a folder, on this system and on Windows."""

from __future__ import annotations

import importlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bus.errors import Wrong
from remote import rights
from remote.session import Session, sessions_folder
from tests.remote.doubles import plan

posix = pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: rights are bits")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that somebody has made with wide rights before."""
    home = tmp_path / "home"
    (home / "sessions").mkdir(parents=True)
    (home / "sessions").chmod(0o777)
    monkeypatch.setenv("AVATAR_HOME", str(home))
    return home


@posix
def test_a_folder_that_is_open_to_all_is_closed(home: Path) -> None:
    Session.create(plan(home))
    assert [mode(p) for p in (sessions_folder(), sessions_folder() / "scene")] == [0o700, 0o700]
    assert mode(sessions_folder() / "scene" / "keys.json") == 0o600


@posix
def test_a_link_in_the_place_of_the_session_leads_no_key_away(home: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir(mode=0o777)
    (sessions_folder() / "scene").symlink_to(trap)
    session = Session.create(plan(home))
    assert list(trap.iterdir()) == []
    assert not session.folder.is_symlink()


@posix
def test_a_link_in_the_place_of_a_file_leads_no_key_away(home: Path, tmp_path: Path) -> None:
    session = Session.create(plan(home))
    trap = tmp_path / "trap.json"
    (session.folder / "keys.json.new").symlink_to(trap)
    session.write("keys.json", session.keys())
    assert not trap.exists()


@posix
def test_keys_that_others_could_read_or_lay_are_not_used(home: Path) -> None:
    session = Session.create(plan(home))
    keys = session.folder / "keys.json"
    keys.chmod(0o644)
    with pytest.raises(Wrong, match="open to other users"):
        session.keys()
    keys.chmod(0o600)
    keys.rename(home / "elsewhere.json")
    keys.symlink_to(home / "elsewhere.json")
    with pytest.raises(Wrong, match="open to other users"):
        session.keys()


@posix
@pytest.mark.parametrize(
    ("owners", "what"),
    [({"sessions": 4711}, "sessions belongs to another user"), ({"home": 4711}, "could put another folder in")],
)
def test_a_folder_of_another_user_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, owners: dict[str, int], what: str
) -> None:
    real = Path.stat

    def owned(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        status = real(path, follow_symlinks=follow_symlinks)
        fields = list(status)
        fields[stat.ST_UID] = owners.get(path.name, status.st_uid)
        return os.stat_result(fields)

    monkeypatch.setattr(Path, "stat", owned)
    with pytest.raises(Wrong, match=what):
        Session.create(plan(home))
    assert not (sessions_folder() / "scene").exists()


@posix
def test_a_home_in_which_everybody_may_rename_is_refused_unless_it_is_sticky_as_tmp_is(home: Path) -> None:
    home.chmod(0o777)
    with pytest.raises(Wrong, match="every user may rename") as refused:
        Session.create(plan(home))
    assert "chmod o-w" in refused.value.todo
    home.chmod(0o1777)
    Session.create(plan(home))


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """What is called there, instead of being called."""
    called: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        called.append(command)
        return subprocess.CompletedProcess(command, 5 if "refused" in command[1] else 0)

    with monkeypatch.context() as there:
        there.setattr(sys, "platform", "win32")
        there.setattr(subprocess, "CREATE_NO_WINDOW", 0x8000000, raising=False)
        there.setattr(subprocess, "run", run)
        there.setattr(Path, "lstat", lambda path: SimpleNamespace(st_reparse_tag=path.name == "junction"))
        there.setenv("USERDOMAIN", "HOUSE")
        there.setenv("USERNAME", "me")
        importlib.reload(rights)
        yield called
    importlib.reload(rights)


def test_on_windows_the_folder_is_given_to_its_user_alone(windows: list[list[str]], tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    rights.keep_to_owner(folder)
    assert folder.is_dir()
    assert windows == [["icacls", str(folder), "/inheritance:r", "/grant:r", "HOUSE\\me:(OI)(CI)F", "/q"]]


@pytest.mark.parametrize(("name", "what"), [("refused", "cannot be closed"), ("junction", "is a link")])
@pytest.mark.usefixtures("windows")
def test_on_windows_what_cannot_be_closed_is_refused(tmp_path: Path, name: str, what: str) -> None:
    with pytest.raises(Wrong, match=what):
        rights.keep_to_owner(tmp_path / name)
