"""Gpu of this host, as the NVIDIA driver's own library tells it: name, memory, what is free. No package is needed."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

LIBRARY = "nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1"
MB = 1_000_000


class Gpu(msgspec.Struct, frozen=True):
    """One GPU. Memory in MB (10^6 bytes)."""

    name: str
    total_mb: int
    free_mb: int


class _Memory(ctypes.Structure):
    """nvmlMemory_t, in bytes."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def gpus() -> tuple[Gpu, ...]:
    """The NVIDIA GPUs of this host, in the driver's order; none without a driver, or when it fails."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return ()
    with _opened(library) as opened:
        return tuple(_found(library)) if opened else ()


@contextmanager
def _opened(library: ctypes.CDLL) -> Iterator[bool]:
    opened = library.nvmlInit_v2() == 0
    try:
        yield opened
    finally:
        if opened:
            library.nvmlShutdown()


def _found(library: ctypes.CDLL) -> Iterator[Gpu]:
    count = ctypes.c_uint()
    if library.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
        return
    for index in range(count.value):
        handle, name, memory = ctypes.c_void_p(), ctypes.create_string_buffer(96), _Memory()
        found = (
            library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle)),
            library.nvmlDeviceGetName(handle, name, len(name)),
            library.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)),
        )
        if not any(found):
            yield Gpu(name.value.decode(errors="replace"), memory.total // MB, memory.free // MB)
