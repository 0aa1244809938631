"""Session: one running call as files."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bus.errors import Wrong
from remote import session as module
from remote.mark import Mark
from remote.muster import Muster
from remote.session import Ending, Running, Session, sessions_folder
from tests.remote.doubles import plan
from tests.remote.processes import DEAD

posix = pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: rights are bits")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def other() -> Iterator[Running]:
    """A process that lives, as a session's owner."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = Mark.of(process.pid)
    assert mark is not None
    yield Running(mark.pid, mark.started, 4711, "scene.toml")
    process.communicate(b"\n")


def runs(session: Session, running: Running) -> Session:
    session.write("session.json", running)
    return session


def test_a_session_keeps_what_it_was_made_with(home: Path) -> None:
    made = Session.create(plan(home))
    again = Session("scene")
    assert made.folder == sessions_folder() / "scene" == home / "home" / "sessions" / "scene"
    assert again.plan() == plan(home)
    assert again.keys() == made.keys()
    assert again.running() is None


@posix
def test_only_its_owner_can_read_it(home: Path) -> None:
    was = os.umask(0)
    try:
        made = Session.create(plan(home))
        made.write("ending.json", Ending())
    finally:
        os.umask(was)
    rights = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (sessions_folder(), made.folder, *made.folder.iterdir())}
    assert rights == {
        "sessions": 0o700, "scene": 0o700, "logs": 0o700, "keys.json": 0o600, "plan.json": 0o600, "ending.json": 0o600,
    }  # fmt: skip


def test_a_fresh_session_remembers_nothing_of_the_one_before(home: Path) -> None:
    first = Session.create(plan(home))
    first.write("ending.json", Ending("failed"))
    keys = first.keys()
    again = Session.create(plan(home))
    assert again.read("ending.json", Ending) is None
    assert again.keys() != keys


def test_a_second_one_of_the_same_name_is_refused_while_the_first_runs(home: Path, other: Running) -> None:
    first = runs(Session.create(plan(home)), other)
    keys = first.keys()
    with pytest.raises(Wrong, match="already running") as wrong:
        Session.create(plan(home))
    assert "another name" in wrong.value.todo
    assert first.keys() == keys


def test_a_home_that_is_no_folder_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("AVATAR_HOME", str(home / "file"))
    with pytest.raises(Wrong, match="cannot be kept") as wrong:
        Session.create(plan(home))
    assert "AVATAR_HOME" in wrong.value.todo


def test_a_pid_that_was_used_again_is_not_the_session(home: Path, other: Running) -> None:
    made = Session.create(plan(home))
    runs(made, Running(other.pid, other.started - 100, other.control_port, other.plan_file))
    assert made.running() is None
    assert Session.create(plan(home)).running() is None


def test_a_session_whose_process_is_gone_does_not_run(home: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.DEVNULL)
    mark = Mark.of(process.pid)
    assert mark is not None
    made = runs(Session.create(plan(home)), Running(mark.pid, mark.started, 4711, "scene.toml"))
    process.wait()
    assert made.running() is None


@pytest.mark.parametrize("torn", [b"", b'{"pid": 1', b"\xff\xff", b'{"pid": "one"}'])
def test_a_torn_file_is_as_good_as_none(home: Path, torn: bytes) -> None:
    made = Session.create(plan(home))
    (made.folder / "session.json").write_bytes(torn)
    (made.folder / "keys.json").write_bytes(torn)
    assert made.running() is None
    with pytest.raises(Wrong, match="keys"):
        made.keys()


def test_a_plan_that_is_gone_is_told(home: Path) -> None:
    made = Session.create(plan(home))
    (made.folder / "plan.json").unlink()
    with pytest.raises(Wrong, match="plan"):
        made.plan()


def test_a_file_that_somebody_reads_is_written_a_moment_later(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Session.create(plan(home))
    refusals = iter([True, True, False])
    replace = Path.replace

    def busy(self: Path, target: Path) -> Path:
        if next(refusals):
            raise PermissionError
        return replace(self, target)

    monkeypatch.setattr(module, "sleep_ms", lambda ms: None)
    monkeypatch.setattr(Path, "replace", busy)
    made.write("ending.json", Ending("late"))
    assert made.read("ending.json", Ending) == Ending("late")


def test_the_only_running_session_is_found_without_a_name(home: Path, other: Running) -> None:
    with pytest.raises(Wrong, match="no call is running"):
        Session.find()
    runs(Session.create(plan(home, name="one")), other)
    Session.create(plan(home, name="two"))
    assert Session.find().name == Session.find("one").name == "one"
    with pytest.raises(Wrong, match="'two'") as wrong:
        Session.find("two")
    assert wrong.value.todo == "running: one"


def test_of_two_one_must_be_named(home: Path, other: Running) -> None:
    for name in ("one", "two"):
        runs(Session.create(plan(home, name=name)), other)
    with pytest.raises(Wrong, match="one, two"):
        Session.find()
    assert Session.find("two").name == "two"


def test_a_call_whose_host_agent_was_killed_lives_as_long_as_a_process_of_it(home: Path, other: Running) -> None:
    made = runs(Session.create(plan(home)), Running(DEAD.pid, DEAD.started, 4711, "scene.toml"))
    made.write("staff.json", Muster(control_port=4711, hub=DEAD))
    assert (made.is_left(), made.lives()) == (False, False)
    made.write("staff.json", Muster(control_port=4711, hub=Mark(other.pid, other.started)))
    assert (made.running(), made.is_left(), made.lives()) == (None, True, True)
    assert Session.find().name == "scene"
    with pytest.raises(Wrong, match="already running"):
        Session.create(plan(home))


def test_a_call_whose_ending_was_cut_short_is_left_to_be_ended(home: Path) -> None:
    made = runs(Session.create(plan(home)), Running(DEAD.pid, DEAD.started, 4711, "scene.toml"))
    made.write("staff.json", Muster(control_port=4711, ending=Ending()))
    made.write("ending.json", Ending())
    assert (made.is_left(), made.has_ended, made.is_ending) == (True, False, True)
    made.remove("session.json")
    assert (made.is_left(), made.has_ended) == (False, True)


def test_a_call_that_nobody_shows_may_be_shown_again_by_its_own_plan_alone(home: Path, other: Running) -> None:
    its = plan(home)
    made = runs(Session.create(its), Running(other.pid, other.started, 4711, its.file))
    made.write("staff.json", Muster(control_port=4711))
    assert made.may_be_rejoined(its), "it runs in the background"
    made.write("director.json", DEAD)
    assert made.may_be_rejoined(its)
    assert not made.may_be_rejoined(msgspec.structs.replace(its, file="/another.toml"))
    made.write("director.json", Mark.own())
    assert not made.may_be_rejoined(its)


def test_on_a_full_disk_a_file_is_written_over_and_holds_nothing_of_what_was_there(
    home: Path, other: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    session = Session("scene")
    session.folder.mkdir(parents=True)
    session.write("session.json", msgspec.structs.replace(other, plan_file="/a/much/longer/path"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session, "write", full)
    session.write_somehow("session.json", other)
    assert session.read("session.json", Running) == other
    assert "No space left on device" in caplog.text
    session.write_somehow("gone.json", other)  # that it cannot be written over either ends nothing
