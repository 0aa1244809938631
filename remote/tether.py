"""Tether between a process and those that it starts: they end when it ends, however it does. What a foreign program, which
watches no pipe, is started with.

Linux: each is told by the kernel (PR_SET_PDEATHSIG), through a few lines of Python that then become the program.
Windows: a job object that this process is in, and everything it starts; its last handle is closed by this process's end.
macOS has nothing of the kind: there only an orderly end, or the next attendant, ends them (remote/serving/brood.py).
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence

_BECOME = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]): os._exit(1)
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[2], sys.argv[2:])
"""
"""1: PR_SET_PDEATHSIG. A parent that died before that call is seen by its pid."""

KILL_ON_JOB_CLOSE = 0x2000
EXTENDED_LIMITS = 9


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("limit_flags", ctypes.c_uint32),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_process_limit", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; its I/O counters are six numbers of 64 bits."""

    _fields_ = (
        ("basic", BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory_limit", ctypes.c_size_t),
        ("job_memory_limit", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


if sys.platform == "win32":

    def tether_children() -> bool:
        """From now on whatever this process starts ends with it. False where the system refuses: a job that allows none."""
        kernel = ctypes.windll.kernel32
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        limits = ExtendedLimits()
        limits.basic.limit_flags = KILL_ON_JOB_CLOSE
        size = ctypes.sizeof(limits)
        told = kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), size)
        # The handle stays open on purpose: the system closes it when this process ends.
        return bool(told and kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess())))

else:

    def tether_children() -> bool:
        """Each child must be tethered by itself here."""
        return False


def tethered(command: Sequence[str]) -> list[str]:
    """The command line to start instead. `command[0]` is a path; start it in the main thread: on Linux the tether hangs on
    the thread."""
    if sys.platform == "linux":
        return [sys.executable, "-I", "-S", "-c", _BECOME, str(os.getpid()), *command]
    return list(command)
