"""Tether between a process and those that it starts, for real and on a Windows that is faked."""

from __future__ import annotations

import ctypes
import importlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from remote import tether


class Kernel:
    """kernel32, as far as it is needed. `refuses`: a call that fails."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> int:
            self.calls.append((name, arguments))
            return 0 if name == self.refuses else 0x4711

        self.__dict__[name] = call
        return call


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    kernel = Kernel()

    class Windows:
        kernel32 = kernel

    with monkeypatch.context() as there:
        there.setattr(sys, "platform", "win32")
        there.setattr(ctypes, "windll", Windows, raising=False)
        importlib.reload(tether)
        yield kernel
    importlib.reload(tether)


def test_on_windows_a_process_puts_itself_into_a_job_that_ends_with_its_last_handle(windows: Kernel) -> None:
    assert tether.tether_children()
    calls = dict(windows.calls)
    job, kind, limits, size = calls["SetInformationJobObject"]
    assert (job.value, kind, size) == (0x4711, 9, ctypes.sizeof(tether.ExtendedLimits))
    assert limits._obj.basic.limit_flags == 0x2000
    assert [handle.value for handle in calls["AssignProcessToJobObject"]] == [0x4711, 0x4711]
    assert tether.tethered(["fish.exe", "--port"]) == ["fish.exe", "--port"]


def test_on_windows_a_system_that_refuses_is_no_error(windows: Kernel) -> None:
    windows.refuses = "AssignProcessToJobObject"
    assert not tether.tether_children()


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="only where pointers have 64 bits")
def test_the_limits_are_laid_out_as_windows_expects_them() -> None:
    assert (ctypes.sizeof(tether.BasicLimits), ctypes.sizeof(tether.ExtendedLimits)) == (64, 144)
    assert tether.BasicLimits.limit_flags.offset == 16


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: PR_SET_PDEATHSIG")
def test_a_program_ends_with_whoever_started_it_however_that_ends() -> None:
    code = """if True:
        import subprocess, sys
        from remote.tether import tethered
        waits = "import sys; print('here', flush=True); sys.stdin.read()"
        child = subprocess.Popen(tethered([sys.executable, "-S", "-c", waits]), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child.stdout.readline()
        print(child.pid, flush=True)
        sys.stdin.read()
    """
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        assert "print('here'" in child.cmdline()[-1], "the shim has become the program"
        parent.kill()
        assert psutil.wait_procs([child], timeout=30)[0]
