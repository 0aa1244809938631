"""Scenes of which camera of Linux can be given pictures."""

from __future__ import annotations

from pathlib import Path

from actors.cam_out.loopback import describe, loopback

WEBCAM, CABLE = Path("/dev/video0"), Path("/dev/video10")


def drivers(camera: Path) -> tuple[str, str]:
    return ("uvcvideo", "Webcam") if camera == WEBCAM else ("v4l2 loopback", "avatar")


def refuse(camera: Path) -> tuple[str, str]:
    raise PermissionError(13, "Permission denied")


def test_a_webcam_is_passed_over_for_a_loopback() -> None:
    found = loopback("", [WEBCAM, CABLE], drivers)
    assert (found.ok, found.why) == (True, 'v4l2loopback "avatar" at /dev/video10')


def test_a_webcam_alone_is_no_virtual_camera() -> None:
    found = loopback("", [WEBCAM], drivers)
    assert (found.ok, found.why) == (False, "there is no virtual camera")
    assert "modprobe v4l2loopback" in found.todo


def test_a_webcam_that_is_named_is_refused_by_its_driver() -> None:
    found = loopback(str(WEBCAM), [WEBCAM, CABLE], drivers)
    assert (found.ok, found.why) == (False, "/dev/video0 is no v4l2loopback but uvcvideo")


def test_one_that_is_not_there_says_which_there_are() -> None:
    found = loopback("/dev/video7", [WEBCAM, CABLE], drivers)
    assert (found.ok, found.why) == (False, "there is no /dev/video7")
    assert found.todo.endswith("there are: /dev/video0, /dev/video10")


def test_one_that_may_not_be_opened_says_which_group_is_missing() -> None:
    found = loopback("", [CABLE], refuse)
    assert (found.ok, found.why) == (False, "/dev/video10 may not be opened")
    assert "usermod -aG video" in found.todo


def test_a_file_that_is_no_camera_is_none(tmp_path: Path) -> None:
    (tmp_path / "video0").write_bytes(b"")
    found = loopback("", [tmp_path / "video0"], describe)
    assert not found.ok
    assert found.why.endswith("does not answer")
