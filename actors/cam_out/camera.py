"""Virtual camera, through pyvirtualcam: OBS's on Windows and macOS, v4l2loopback's on Linux. What Zoom and Teams show.

Who reads such a camera shows a placeholder after a moment without pictures (OBS's after 10 missed reads, 0.4 s), so the last
picture is sent again where none comes. The device of a process that died may be held for a second or two, and a device may
go and come back: it is tried again and again, and the call goes on meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from actors.cam_out.loopback import TODO, describe, found_cameras, loopback
from actors.cam_out.picture import Picture
from actors.readiness import Readiness, lacks
from bus.clock import MS, SECOND, now_ns
from bus.errors import Fatal, Wrong
from bus.tally import Tally

if TYPE_CHECKING:
    import pyvirtualcam

log = logging.getLogger(__name__)

REPEAT_S = 0.2
"""So long after a picture it is sent again when no other has come."""
AGAIN_NS = 500 * MS
HANGS_NS = 2 * SECOND
"""A device that has not taken a picture for so long is told of: a driver may keep us for ever."""
CLOSE_S = 3.0
"""So long it may take to give the device back; one that hangs is left, and goes with the process."""
WHAT_TO_DO = {
    "win32": "install OBS Studio, whose virtual camera it is, and close what else uses that camera",
    "darwin": "install OBS Studio 30 or newer and start its virtual camera once",
}
HANGS = "the virtual camera takes no pictures"
OBS_CAMERA = "{A3FCE0F5-3493-419F-958A-ABA1250EC20B}"


class VirtualCameraSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which camera it is."""

    device: str = ""
    """Its name, such as "OBS Virtual Camera" or "/dev/video10". Empty: the first that is free."""
    backend: str = ""
    """What makes it: "obs", "unitycapture" or "v4l2loopback". Empty: whichever is there."""
    open_s: Annotated[float, msgspec.Meta(ge=0, le=30)] = 3.0
    """How long a device that is taken is waited for, in seconds: a process that died holds it a little longer."""
    on_page: bool = False
    """Also let the stage page see it."""


class VirtualCamera:
    """Turns pictures into what others see as a webcam. A device that goes away is taken again when it is back."""

    Settings: ClassVar = VirtualCameraSettings

    def __init__(self, settings: VirtualCameraSettings) -> None:
        self.settings = settings
        self.trouble = ""
        self.dropped = 0
        """Pictures that the device was too slow for."""
        self._tally: Tally | None = None
        self._shape = (0, 0, 0)
        self._next: Picture | None = None
        self._changed = threading.Condition()
        self._ended = False
        self._sending_ns = 0
        """When the device was given the picture that it has not taken yet; 0: it has."""
        self._worker: threading.Thread | None = None

    @classmethod
    def ready(cls, settings: VirtualCameraSettings) -> Readiness:
        """Whether the library is here, and a camera that takes pictures."""
        if missing := lacks("pyvirtualcam", "camera"):
            return missing
        if sys.platform == "linux" and settings.backend in ("", "v4l2loopback"):
            return loopback(settings.device, found_cameras(), describe)
        if sys.platform == "win32" and settings.backend in ("", "obs") and not _has_obs():
            return Readiness(ok=False, why="there is no OBS Virtual Camera", todo=WHAT_TO_DO["win32"])
        return Readiness(ok=True, why=settings.device or "OBS Virtual Camera")

    @property
    def on_page(self) -> bool:
        """As set."""
        return self.settings.on_page

    def count_in(self, tally: Tally) -> None:
        """Counts pictures that the device was too slow for there."""
        self._tally = tally

    async def open(self, width: int, height: int, fps: int) -> None:
        """Takes the camera; waits for one that is taken. Raises Fatal when there is none, Wrong for an unknown backend."""
        self._shape = (width, height, fps)
        device = await asyncio.to_thread(self._open_soon)
        log.info("camera %s backend=%s", device.device, device.backend)
        self._ended = False
        self._worker = threading.Thread(target=self._send_all, args=(device,), name="camera", daemon=True)
        self._worker.start()

    def show(self, picture: Picture, at_ns: int) -> None:
        """Hands the picture over; one that still waits is dropped for it."""
        if self._sending_ns and now_ns() - self._sending_ns > HANGS_NS:
            self._tell(HANGS)
        with self._changed:
            if self._next is not None and (not self.trouble or self._sending_ns):
                self.dropped += 1
                if self._tally is not None:
                    self._tally.add("cam-out.picture", "behind", detail="the camera takes them too slowly")
                if self.dropped % 25 == 1:
                    log.warning("camera is behind dropped=%d", self.dropped)
            self._next = picture
            self._changed.notify()

    async def close(self) -> None:
        """Gives the camera back; may be called twice."""
        worker, self._worker = self._worker, None
        if worker is not None:
            with self._changed:
                self._ended = True
                self._changed.notify()
            await asyncio.to_thread(worker.join, CLOSE_S)

    # --- in the camera's thread -----------------------------------------------------------------------------------

    def _send_all(self, device: pyvirtualcam.Camera | None) -> None:
        last: Picture | None = None
        tried_ns = now_ns()
        while not self._ended:
            if device is None and now_ns() - tried_ns > AGAIN_NS:
                device, tried_ns = self._open_again(), now_ns()
            if (picture := self._take()) is not None:
                last = picture
            if device is None or last is None or self._ended:
                continue
            try:
                self._send(device, last)
            except (RuntimeError, OSError) as error:
                self._went(device, error)
                device = None
        if device is not None:
            device.close()

    def _send(self, device: pyvirtualcam.Camera, picture: Picture) -> None:
        """Raises RuntimeError or OSError when the device has gone."""
        _expect_there(device)
        self._sending_ns = now_ns()
        try:
            device.send(picture.bgr)
        finally:
            self._sending_ns = 0
        if self.trouble == HANGS:
            log.info("the virtual camera takes pictures again")
            self.trouble = ""

    def _tell(self, trouble: str) -> None:
        if self.trouble != trouble:
            self.trouble = trouble
            log.warning(trouble)

    def _take(self) -> Picture | None:
        with self._changed:
            self._changed.wait_for(lambda: self._next is not None or self._ended, REPEAT_S)
            taken, self._next = self._next, None
            return taken

    def _went(self, device: pyvirtualcam.Camera, error: Exception) -> None:
        self.trouble = "the virtual camera went away; waiting for it"
        log.warning("%s: %s", self.trouble, error)
        device.close()

    def _open_again(self) -> pyvirtualcam.Camera | None:
        try:
            device = self._open_now()
        except Fatal:
            return None
        log.info("camera %s is back", device.device)
        self.trouble = ""
        return device

    # --- taking it ------------------------------------------------------------------------------------------------

    def _open_soon(self) -> pyvirtualcam.Camera:
        deadline_ns = now_ns() + int(self.settings.open_s * SECOND)
        waiting = threading.Event()
        while True:
            try:
                return self._open_now()
            except Fatal:
                if now_ns() + 100 * MS > deadline_ns:
                    raise
            waiting.wait(0.1)

    def _open_now(self) -> pyvirtualcam.Camera:
        try:
            import pyvirtualcam
        except ImportError:
            raise Fatal("pyvirtualcam is not installed", "install it: uv sync --extra camera") from None
        width, height, fps = self._shape
        try:
            return pyvirtualcam.Camera(
                width,
                height,
                fps,
                fmt=pyvirtualcam.PixelFormat.BGR,
                device=self.settings.device or None,
                backend=self.settings.backend or None,
            )
        except KeyError:
            raise Wrong(
                f"there is no kind of virtual camera called {self.settings.backend!r} on this system",
                "leave backend out of the plan: whichever is there is taken",
            ) from None
        except (RuntimeError, ValueError) as error:
            said = " ".join(str(error).split())
            raise Fatal(f"the virtual camera cannot be taken: {said}", WHAT_TO_DO.get(sys.platform, TODO)) from None


def _has_obs() -> bool:
    """Whether OBS has registered its camera with Windows, which its installer does."""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, rf"CLSID\{OBS_CAMERA}").Close()
    except OSError:
        return False
    return True


def _expect_there(device: pyvirtualcam.Camera) -> None:
    """v4l2loopback's backend only prints when a device has gone. Raises OSError."""
    if device.device.startswith("/dev/") and not Path(device.device).exists():
        raise FileNotFoundError(f"{device.device} is gone")
