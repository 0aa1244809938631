"""Gpu, with the driver's library faked."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from actors import gpu
from actors.gpu import Gpu, gpus


class Driver:
    """A driver of two GPUs, the second of which has fallen off the bus; `init` is what nvmlInit gives."""

    def __init__(self, init: int = 0) -> None:
        self.init = init
        self.closed = 0

    def nvmlInit_v2(self) -> int:
        return self.init

    def nvmlShutdown(self) -> int:
        self.closed += 1
        return 0

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = 2
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: int, handle: Any) -> int:
        handle._obj.value = index + 1
        return 0

    def nvmlDeviceGetName(self, handle: ctypes.c_void_p, name: Any, length: int) -> int:
        assert length > len(b"NVIDIA GeForce RTX 3060")
        name.value = b"NVIDIA GeForce RTX 3060"
        return 0

    def nvmlDeviceGetMemoryInfo(self, handle: ctypes.c_void_p, memory: Any) -> int:
        memory._obj.total, memory._obj.free = 6_442_450_944, 5_000_000_000
        return 0 if handle.value == 1 else 15  # NVML_ERROR_GPU_IS_LOST


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    driver = Driver()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: driver)
    return driver


def test_each_gpu_tells_its_name_and_its_memory_and_one_that_is_lost_is_left_out(driver: Driver) -> None:
    assert gpus() == (Gpu("NVIDIA GeForce RTX 3060", total_mb=6_442, free_mb=5_000),)
    assert driver.closed == 1


def test_a_driver_that_does_not_start_has_none(driver: Driver) -> None:
    driver.init = 9  # NVML_ERROR_DRIVER_NOT_LOADED
    assert (gpus(), driver.closed) == ((), 0)


def test_a_machine_without_a_driver_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "LIBRARY", "no-such-driver.so")
    assert gpus() == ()
