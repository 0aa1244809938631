"""Scenes of which device a sound server is asked for. What it answers is heard on a real one, in tests/e2e/test_devices.py."""

from __future__ import annotations

import pytest

from actors.pulse_server import NOWHERE, place_of
from actors.sound_device import SoundDevice

PULSE = SoundDevice(0, "pulse", "ALSA", 2, 44_100.0)


def test_a_device_that_is_no_servers_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SINK", "cable")
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    assert place_of(SoundDevice(1, "USB Audio: - (hw:1,0)", "ALSA", 2, 44_100.0), "output") is None
    assert place_of(PULSE, "input") is None, "the environment names no source"
    monkeypatch.setattr("sys.platform", "win32")
    assert place_of(PULSE, "output") is None


def test_without_a_server_it_is_nowhere_and_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SINK", "cable")
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent/socket")
    assert place_of(PULSE, "output") in (NOWHERE, None)  # None where libpulse is not installed
