"""Scenes of how a sound device is found by its name."""

from __future__ import annotations

import sys

import pytest

from actors.sound_device import SoundDevice, chosen, found_devices, look_for, portaudio, rate_for
from bus.errors import Fatal, Wrong
from tests.actors.pretended_portaudio import PortAudio, device

CABLE = "CABLE Input (VB-Audio Virtual Cable)"


def windows() -> PortAudio:
    """The cable as Windows lists it: once for each host API, cut off by MME, with WDM-KS last."""
    return PortAudio(
        [
            device(CABLE[:31], 0),
            device("Speakers (Realtek)", 0),
            device(CABLE, 1),
            device(CABLE, 2),
            device(CABLE, 3),
            device("CABLE Output (VB-Audio Virtual Cable)", 2, out=0, into=2),
        ],
        apis=("MME", "Windows DirectSound", "Windows WASAPI", "Windows WDM-KS"),
        default_device=1,
    )


def test_a_name_takes_the_host_api_with_the_least_delay_and_never_wdm_ks() -> None:
    assert look_for(windows(), CABLE, "output").full_name == f"{CABLE}, Windows WASAPI"


def test_a_name_with_its_host_api_is_that_one() -> None:
    assert look_for(windows(), f"{CABLE}, Windows DirectSound", "output").index == 2
    with pytest.raises(Wrong):
        look_for(windows(), f"{CABLE}, Windows WDM-KS", "output")


def test_where_only_mme_has_it_the_whole_name_is_known_too() -> None:
    library = windows()
    library.devices = library.devices[:2]
    assert look_for(library, CABLE, "output").host_api == "MME"


def test_the_other_end_of_a_cable_is_not_taken_for_this_one() -> None:
    with pytest.raises(Wrong, match="no sound output called") as caught:
        look_for(windows(), "CABLE Output (VB-Audio Virtual Cable)", "output")
    assert f'"{CABLE}, Windows WASAPI"' in caught.value.todo


def test_a_part_of_a_name_is_no_name() -> None:
    with pytest.raises(Wrong, match='called "CABLE"'):
        look_for(windows(), "CABLE", "output")


def test_two_of_one_name_are_not_guessed_between() -> None:
    with pytest.raises(Wrong, match="the name of 2 devices of ALSA"):
        look_for(PortAudio([device("USB Audio"), device("USB Audio")]), "USB Audio", "output")


def test_no_name_is_the_systems_own_device() -> None:
    assert look_for(windows(), "", "output").name == "Speakers (Realtek)"
    assert look_for(windows(), "", "input").name.startswith("CABLE Output")
    with pytest.raises(Wrong, match="no sound input"):
        chosen([], "", -1, "input")


def test_a_rate_that_the_device_does_not_take_becomes_its_own() -> None:
    library = PortAudio([device("Odd", rate_hz=44_100)], rates=(44_100,))
    (odd,) = found_devices(library, "output")
    assert odd == SoundDevice(0, "Odd", "ALSA", 2, 44_100.0)
    assert rate_for(library, odd, "output", 48_000, 2) == 44_100
    assert rate_for(windows(), odd, "output", 48_000, 2) == 48_000


def test_without_the_library_it_says_which_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(Fatal, match="sounddevice is not installed"):
        portaudio()
