"""Loopback cameras of Linux (v4l2loopback): which of the system's cameras can be given pictures. A webcam cannot."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from actors.readiness import Readiness

QUERY_CAPABILITIES = 0x80685600
"""VIDIOC_QUERYCAP: fills in struct v4l2_capability (104 bytes), which begins with the driver (16) and the card (32)."""
DRIVER = "v4l2 loopback"
TODO = "sudo modprobe v4l2loopback exclusive_caps=1 card_label=avatar, and be in the group video"

Describe = Callable[[Path], tuple[str, str]]
"""Driver and card of a camera. Raises OSError."""


def loopback(wanted: str, cameras: Sequence[Path], describe: Describe) -> Readiness:
    """Whether the wanted camera (any, for "") is one. `cameras`: what there is, as /dev/video0."""
    if wanted and Path(wanted) not in cameras:
        return Readiness(ok=False, why=f"there is no {wanted}", todo=f"{TODO}; there are: {_names(cameras)}")
    refused = ""
    for path in (Path(wanted),) if wanted else cameras:
        try:
            driver, card = describe(path)
        except PermissionError:
            refused = f"{path} may not be opened"
        except OSError:
            refused = refused or f"{path} does not answer"
        else:
            if driver == DRIVER:
                return Readiness(ok=True, why=f'v4l2loopback "{card}" at {path}')
            refused = refused or (f"{path} is no v4l2loopback but {driver}" if wanted else "")
    if refused.endswith("may not be opened"):
        return Readiness(ok=False, why=refused, todo="sudo usermod -aG video $USER, and log in anew")
    return Readiness(ok=False, why=refused or "there is no virtual camera", todo=TODO)


def found_cameras() -> list[Path]:
    """The system's cameras, by their numbers."""
    found = [path for path in Path("/dev").glob("video*") if path.name[5:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[5:]))


def describe(camera: Path) -> tuple[str, str]:
    """Driver and card of a camera. Raises OSError."""
    if sys.platform == "win32":
        raise OSError("cameras are no files here")
    import fcntl

    capability = bytearray(104)
    with camera.open("rb", buffering=0) as file:
        fcntl.ioctl(file, QUERY_CAPABILITIES, capability)
    driver, card = (
        bytes(part).split(b"\0", 1)[0].decode(errors="replace") for part in (capability[:16], capability[16:48])
    )
    return driver, card


def _names(cameras: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in cameras) or "none"
