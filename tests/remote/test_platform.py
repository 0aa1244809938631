"""Platform: how processes are set apart and told to go, on this system and on Windows."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from remote import platform

Handler = Callable[..., None]


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[int, Handler]:
    """What is set instead of real handlers."""
    found: dict[int, Handler] = {}
    monkeypatch.setattr(signal, "signal", found.__setitem__)
    return found


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The names that Python has on Windows, and has not elsewhere."""
    with monkeypatch.context() as there:
        there.setattr(sys, "platform", "win32")
        there.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, raising=False)
        there.setattr(subprocess, "CREATE_NO_WINDOW", 0x8000000, raising=False)
        importlib.reload(platform)
        yield
    importlib.reload(platform)


@pytest.mark.usefixtures("windows")
def test_on_windows_a_child_gets_a_group_and_no_console_window() -> None:
    assert (platform.new_group.flags, platform.new_group.session) == (0x8000200, False)


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: sessions")
def test_elsewhere_a_child_gets_a_session_of_its_own() -> None:
    assert (platform.new_group.flags, platform.new_group.session) == (0, True)


def test_every_way_of_closing_that_the_system_has_is_heard(
    handlers: dict[int, Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "SIGBREAK", 21, raising=False)
    monkeypatch.delattr(signal, "SIGHUP", raising=False)
    ends: list[int] = []
    platform.on_closing(lambda: ends.append(1))
    assert set(handlers) == {signal.SIGTERM, 21}
    handlers[21](21, None)
    handlers[signal.SIGTERM](15, None)
    assert ends == [1, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: SIGHUP")
def test_a_closed_terminal_is_heard(handlers: dict[int, Handler]) -> None:
    platform.on_closing(lambda: None)
    assert set(handlers) >= {signal.SIGTERM, signal.Signals["SIGHUP"]}


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: limits of open files")
def test_a_low_limit_of_open_files_is_raised_as_far_as_it_goes() -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 512))
from remote.platform import allow_many_files
allow_many_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "(512, 512)\n"


@pytest.mark.usefixtures("windows")
def test_on_windows_there_is_no_limit_to_raise() -> None:
    platform.allow_many_files()


def test_of_two_who_want_a_lock_one_gets_it_until_it_ends(tmp_path: Path) -> None:
    code = f"""if True:
        import sys
        from pathlib import Path
        from remote.platform import hold
        print(hold(Path({str(tmp_path / "lock")!r})), flush=True)
        sys.stdin.read()
    """
    first, second = (
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)
    )
    with first, second:
        assert first.stdout and second.stdout
        got = {first.stdout.readline().strip(), second.stdout.readline().strip()}
        assert got == {b"True", b"False"}
        first.kill()
        second.kill()
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as third:
        assert third.stdout
        assert third.stdout.readline().strip() == b"True"
        third.kill()


def test_the_start_of_a_process_stays_what_it_is_and_one_that_never_was_has_none() -> None:
    assert platform.started_at(os.getpid()) == platform.started_at(os.getpid()) > 0
    with pytest.raises(psutil.NoSuchProcess):
        platform.started_at(2**22 + 1)
