"""Scenes of the virtual camera, with a device that a test registers with pyvirtualcam."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from actors.cam_out import camera as module
from actors.cam_out.camera import VirtualCamera, VirtualCameraSettings
from actors.cam_out.picture import Picture, Pixels
from bus.clock import now_ns
from bus.errors import Fatal, Wrong
from bus.tally import Tally

pyvirtualcam = pytest.importorskip("pyvirtualcam", reason="needs the extra: uv sync --extra camera")
# what pyvirtualcam's own __del__ says of a camera that could not be opened
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in.*Camera.__del__")

WIDTH, HEIGHT = 64, 36


class Device:
    """A camera of the system: it takes pictures, is held by one process, and may be pulled out."""

    held: ClassVar[bool] = False
    refusals: ClassVar[int] = 0
    pulled: ClassVar[bool] = False
    slow: ClassVar[threading.Event] = threading.Event()
    sent: ClassVar[list[int]] = []

    def __init__(self, *, width: int, height: int, fps: float, fourcc: int, device: str | None, **_kw: object) -> None:
        if Device.refusals:
            Device.refusals -= 1
            raise RuntimeError("virtual camera output could not be started")
        if Device.pulled:
            raise RuntimeError("no such device")
        Device.held = True
        self._name = device or "Test Camera"

    def close(self) -> None:
        Device.held = False

    def send(self, frame: Pixels) -> None:
        if Device.pulled:
            raise RuntimeError("device was pulled out")
        Device.slow.wait(5)
        Device.sent.append(int(frame[0]))

    def device(self) -> str:
        return self._name

    def native_fourcc(self) -> None:
        return None


@pytest.fixture(autouse=True)
def device() -> Iterator[None]:
    pyvirtualcam.register_backend("test", Device)
    Device.held, Device.refusals, Device.pulled, Device.sent = False, 0, False, []
    Device.slow.set()
    yield
    gc.collect()  # a camera that could not be opened complains in its __del__: here, not in another test
    assert not Device.held, "whoever opens it gives it back"


def camera(*, open_s: float = 2.0, backend: str = "test") -> VirtualCamera:
    return VirtualCamera(VirtualCameraSettings(backend=backend, open_s=open_s))


def picture(level: int) -> Picture:
    pixels: Pixels = np.full((HEIGHT, WIDTH, 3), level, np.uint8)
    return Picture(pixels=lambda: pixels)


async def until(there: Callable[[], object]) -> None:
    for _ in range(1_000):
        if there():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to pass within 5 s")


async def until_sent(level: int) -> None:
    await until(lambda: level in Device.sent)


def test_pictures_come_out_in_order_and_the_last_one_again_when_no_other_comes() -> None:
    async def scene() -> None:
        shown = camera()
        await shown.open(WIDTH, HEIGHT, 25)
        for level in (1, 2, 3):
            shown.show(picture(level), now_ns())
            await until_sent(level)
        await until(lambda: Device.sent.count(3) >= 3)
        await shown.close()
        await shown.close()

    asyncio.run(scene())
    assert list(dict.fromkeys(Device.sent)) == [1, 2, 3]


def test_one_that_is_still_held_by_a_process_that_died_is_waited_for() -> None:
    async def scene() -> None:
        Device.refusals = 3
        shown = camera()
        await shown.open(WIDTH, HEIGHT, 25)
        shown.show(picture(7), now_ns())
        await until_sent(7)
        await shown.close()

    asyncio.run(scene())


def test_none_at_all_says_what_to_install() -> None:
    Device.pulled = True
    with pytest.raises(Fatal, match=r"cannot be taken: .*no such device") as caught:
        asyncio.run(camera(open_s=0).open(WIDTH, HEIGHT, 25))
    assert ("v4l2loopback" in caught.value.todo) == (sys.platform not in ("win32", "darwin"))


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(Wrong, match="called 'nonsense'"):
        asyncio.run(camera(backend="nonsense").open(WIDTH, HEIGHT, 25))


def test_one_that_is_pulled_out_is_told_and_taken_again_when_it_is_back() -> None:
    async def scene() -> None:
        shown = camera()
        await shown.open(WIDTH, HEIGHT, 25)
        shown.show(picture(1), now_ns())
        await until_sent(1)
        Device.pulled = True
        shown.show(picture(2), now_ns())
        await until(lambda: shown.trouble)
        assert shown.trouble == "the virtual camera went away; waiting for it"
        Device.pulled = False
        shown.show(picture(3), now_ns())
        await until_sent(3)
        assert shown.trouble == ""
        await shown.close()

    asyncio.run(scene())


def test_a_loopback_that_is_gone_is_noticed_though_its_backend_only_prints() -> None:
    async def scene() -> None:
        shown = VirtualCamera(VirtualCameraSettings(backend="test", device="/dev/video-none"))
        await shown.open(WIDTH, HEIGHT, 25)
        shown.show(picture(1), now_ns())
        await until(lambda: shown.trouble)
        assert shown.trouble == "the virtual camera went away; waiting for it"
        await shown.close()

    asyncio.run(scene())
    assert not Device.sent


def test_a_device_that_is_behind_gets_the_newest_and_the_others_are_counted() -> None:
    async def scene() -> None:
        shown, tally = camera(), Tally(logging.getLogger("test"))
        shown.count_in(tally)
        await shown.open(WIDTH, HEIGHT, 25)
        Device.slow.clear()
        shown.show(picture(1), now_ns())
        await asyncio.sleep(0.05)
        for level in (2, 3, 4):
            shown.show(picture(level), now_ns())
        Device.slow.set()
        await until_sent(4)
        assert shown.dropped >= 2
        assert tally["cam-out.picture", "behind"] == shown.dropped
        assert 2 not in Device.sent
        await shown.close()

    asyncio.run(scene())


def test_one_that_takes_no_pictures_is_told_until_it_takes_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        monkeypatch.setattr(module, "HANGS_NS", 0)
        shown = camera()
        await shown.open(WIDTH, HEIGHT, 25)
        Device.slow.clear()
        shown.show(picture(1), now_ns())
        await until(lambda: shown._sending_ns)
        shown.show(picture(2), now_ns())
        assert shown.trouble == module.HANGS
        Device.slow.set()
        await until(lambda: shown.trouble == "")
        await until_sent(2)
        await shown.close()

    asyncio.run(scene())


def test_without_the_library_it_says_which_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(Fatal, match="pyvirtualcam is not installed"):
        asyncio.run(camera(open_s=0).open(WIDTH, HEIGHT, 25))


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux is a camera a file")
def test_a_host_without_one_is_not_ready() -> None:
    found = VirtualCamera.ready(VirtualCameraSettings(device="/dev/video-none"))
    assert (found.ok, found.why) == (False, "there is no /dev/video-none")


@pytest.mark.skipif(sys.platform == "win32", reason="asks a pretended registry")
def test_on_windows_it_is_ready_once_obs_has_registered_its_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: set[str] = set()

    def open_key(_root: int, name: str) -> SimpleNamespace:
        if name not in keys:
            raise FileNotFoundError(name)
        return SimpleNamespace(Close=lambda: None)

    registry = SimpleNamespace(HKEY_CLASSES_ROOT=0, OpenKey=open_key)
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    absent = VirtualCamera.ready(VirtualCameraSettings())
    assert (absent.ok, absent.why) == (False, "there is no OBS Virtual Camera")
    keys.add(r"CLSID\{A3FCE0F5-3493-419F-958A-ABA1250EC20B}")
    assert VirtualCamera.ready(VirtualCameraSettings()).why == "OBS Virtual Camera"
