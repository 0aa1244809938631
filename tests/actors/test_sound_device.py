"""Scenes of how a sound device is found by its name."""

from __future__ import annotations

import sys

import pytest

from actors import sound_device
from actors.readiness import Readiness
from actors.sound_device import (
    SoundDevice,
    chosen,
    extra_settings,
    found_devices,
    is_one_cable,
    look_for,
    portaudio,
    rate_for,
    readiness,
)
from bus.errors import Fatal, Wrong
from tests.actors.pretended_portaudio import PortAudio, device


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULSE_SINK", raising=False)
    monkeypatch.delenv("PULSE_SOURCE", raising=False)


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


def test_no_name_without_a_cable_is_the_systems_own_device() -> None:
    library = windows()
    library.devices = [device("Headset"), device("Speakers (Realtek)")]
    assert look_for(library, "", "output").name == "Speakers (Realtek)"
    assert look_for(windows(), "", "input").name.startswith("CABLE Output")
    with pytest.raises(Wrong, match="no sound input"):
        chosen([], "", -1, "input")


def test_no_name_is_a_virtual_cable_where_there_is_one_and_each_way_has_its_own() -> None:
    library = windows()
    assert look_for(library, "", "output").full_name == f"{CABLE}, Windows WASAPI"
    library.devices.append(device("CABLE-B Output (VB-Audio Cable B)", 2, out=0, into=2))
    assert look_for(library, "", "input").name == "CABLE-B Output (VB-Audio Cable B)"


def test_the_cable_of_a_sound_server_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("HDA Intel: ALC (hw:0,0)"), device("pulse")])
    assert look_for(library, "", "output").name == "HDA Intel: ALC (hw:0,0)"
    monkeypatch.setenv("PULSE_SINK", "avatar_voice")
    assert look_for(library, "", "output").name == "pulse"


def test_it_is_ready_when_the_named_device_is_there_and_says_which_names_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = windows()
    monkeypatch.setattr(sound_device, "lacks", lambda *_names: None)
    monkeypatch.setattr(sound_device, "portaudio", lambda: library)
    assert readiness(CABLE, "output") == Readiness(ok=True, why=f"{CABLE}, Windows WASAPI")
    absent = readiness("Cabel", "output")
    assert (absent.ok, absent.slow) == (False, False)
    assert f'"{CABLE}, Windows WASAPI"' in absent.todo
    assert library.refreshed == 2, "as the system has them now"


def test_the_systems_own_device_runs_but_nobody_would_choose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_device, "lacks", lambda *_names: None)
    monkeypatch.setattr(sound_device, "portaudio", lambda: PortAudio([device("Speakers")]))
    found = readiness("", "output")
    assert (found.ok, found.slow, found.why) == (False, True, "no virtual cable, only Speakers, ALSA")


def test_a_rate_that_the_device_does_not_take_becomes_its_own() -> None:
    library = PortAudio([device("Odd", rate_hz=44_100)], rates=(44_100,))
    (odd,) = found_devices(library, "output")
    assert odd == SoundDevice(0, "Odd", "ALSA", 2, 44_100.0)
    assert rate_for(library, odd, "output", 48_000, 2) == 44_100
    assert rate_for(windows(), odd, "output", 48_000, 2) == 48_000


def test_wasapi_alone_is_told_to_convert_what_its_mixer_does_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wasapi(PortAudio):
        def WasapiSettings(self, *, auto_convert: bool) -> str:
            return f"auto_convert={auto_convert}"

    library = Wasapi(windows().devices, apis=windows().apis)
    monkeypatch.setattr(sys, "platform", "win32")
    told = {d.host_api: extra_settings(library, d) for d in found_devices(library, "output")}
    assert told.pop("Windows WASAPI") == {"extra_settings": "auto_convert=True"}
    assert told and not any(told.values())


def test_without_the_library_it_says_which_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(Fatal, match="sounddevice is not installed"):
        portaudio()


@pytest.mark.parametrize(
    ("played", "recorded"),
    [
        (CABLE, "CABLE Output (VB-Audio Virtual Cable)"),
        (f"{CABLE}, Windows WASAPI", "CABLE Output (VB-Audio Virtual Cable), MME"),
        ("BlackHole 2ch", "BlackHole 2ch"),
    ],
)
def test_the_two_ends_of_a_cable_are_known_by_their_names(played: str, recorded: str) -> None:
    assert is_one_cable(played, recorded)
    assert not is_one_cable(played, "CABLE-B Output (VB-Audio Cable B)")
    assert not is_one_cable("pulse", "pulse"), "there the environment says which cables they are"
    assert not is_one_cable("", "")


def test_listening_to_the_sink_that_is_spoken_into_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    library = PortAudio([device("pulse", into=2)])
    monkeypatch.setenv("PULSE_SINK", "avatar_voice")
    monkeypatch.setenv("PULSE_SOURCE", "avatar_call.monitor")
    assert look_for(library, "pulse", "input").name == "pulse"
    monkeypatch.setenv("PULSE_SOURCE", "avatar_voice.monitor")
    assert look_for(library, "pulse", "output").name == "pulse"
    with pytest.raises(Wrong, match="would hear itself"):
        look_for(library, "pulse", "input")
