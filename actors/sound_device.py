"""Sound devices of this machine, through PortAudio (sounddevice): found by their exact names, for mic-out and vad.

A cable has a name for each host API, and both its ends look alike ("CABLE Input" is played to, "CABLE Output" is recorded from),
so nothing is guessed from a part of a name. PortAudio's list is made once: it is made anew before a device is looked for.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from actors.readiness import Readiness, lacks
from bus.errors import AvatarError, Broken, Fatal, Wrong

Way = Literal["output", "input"]

PREFERRED = ("Windows WASAPI", "Windows DirectSound", "MME", "Core Audio", "JACK Audio Connection Kit", "ALSA")
"""Of devices that are called alike. WASAPI has the least delay; WDM-KS takes a device from everybody else, and is never taken."""
CABLES: Mapping[Way, tuple[str, ...]] = {
    "output": ("CABLE-A Input (VB-Audio Cable A)", "CABLE Input (VB-Audio Virtual Cable)", "BlackHole 2ch"),
    "input": ("CABLE-B Output (VB-Audio Cable B)", "BlackHole 16ch"),
}
"""Virtual cables by their names. What one is played into comes out of it again: so each way has cables of its own, or the
avatar would hear itself."""
SERVERS = {"output": "PULSE_SINK", "input": "PULSE_SOURCE"}
"""Where the environment names the cable that ALSA's device "pulse" is."""
MME_LETTERS = 31
"""MME cuts names off here."""


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One device of one host API that has channels of the wanted way."""

    index: int
    name: str
    host_api: str
    channels: int
    rate_hz: float

    @property
    def full_name(self) -> str:
        """As a plan may name it."""
        return f"{self.name}, {self.host_api}"


def portaudio() -> Any:
    """The library. Raises Fatal when it, or what it needs of the system, is not installed."""
    try:
        return importlib.import_module("sounddevice")
    except ImportError:
        raise Fatal("sounddevice is not installed", "install it: uv sync --extra device") from None
    except OSError:
        todo = (
            "apt install libportaudio2" if sys.platform == "linux" else "install sounddevice anew: it brings PortAudio"
        )
        raise Fatal("PortAudio is not installed", todo) from None


def refresh(library: Any) -> None:
    """Has the devices listed anew. All streams of this process must be closed."""
    library._terminate()
    library._initialize()


def found_devices(library: Any, way: Way) -> list[SoundDevice]:
    """All that can be played to ("output") or recorded from ("input")."""
    apis = [str(api["name"]) for api in library.query_hostapis()]
    return [
        SoundDevice(
            index=number,
            name=str(device["name"]),
            host_api=apis[int(device["hostapi"])],
            channels=int(device[f"max_{way}_channels"]),
            rate_hz=float(device["default_samplerate"]),
        )
        for number, device in enumerate(library.query_devices())
        if int(device[f"max_{way}_channels"]) > 0
    ]


def chosen(devices: Sequence[SoundDevice], wanted: str, default: int, way: Way) -> SoundDevice:
    """The device of that name ("NAME" or "NAME, HOST API"); for "" a virtual cable, else the system's own one. Raises Wrong
    with what there is."""
    if not wanted:
        if cable := cable_of(devices, way):
            return cable
        own = [device for device in devices if device.index == default] or list(devices)
        if own:
            return own[0]
        raise Wrong(f"this machine has no sound {way}", "plug one in, or take the engine web or file")
    usable = [device for device in devices if "WDM-KS" not in device.host_api]
    same = [device for device in usable if wanted in (device.name, device.full_name)]
    if not same and not any(wanted.endswith(f", {device.host_api}") for device in devices):
        same = [d for d in usable if d.host_api == "MME" and d.name == wanted[:MME_LETTERS]]
    if not same:
        names = ", ".join(f'"{device.full_name}"' for device in usable) or "none"
        raise Wrong(f'there is no sound {way} called "{wanted}"', f"there are: {names}")
    best = min(_rank(device) for device in same)
    first, *others = [device for device in same if _rank(device) == best]
    if others:
        raise Wrong(
            f'"{wanted}" is the name of {len(others) + 1} devices of {first.host_api}',
            "rename one of them in the system's sound settings",
        )
    return first


def cable_of(devices: Sequence[SoundDevice], way: Way) -> SoundDevice | None:
    """The virtual cable of that way, known by its name."""
    names = (*(("pulse",) if os.environ.get(SERVERS[way]) else ()), *CABLES[way])
    usable = [device for device in devices if "WDM-KS" not in device.host_api and device.name in names]
    return min(usable, key=lambda device: (names.index(device.name), _rank(device)), default=None)


def readiness(wanted: str, way: Way) -> Readiness:
    """Whether the device is there now. The system's own, which nobody named, runs but is not for a call: what it is depends.
    Not for a process with an open stream: the devices are listed anew."""
    if missing := lacks("sounddevice", "device"):
        return missing
    try:
        library = portaudio()
        refresh(library)
        device = look_for(library, wanted, way)
    except AvatarError as error:
        return Readiness(ok=False, why=error.what, todo=error.todo)
    if wanted or cable_of([device], way):
        return Readiness(ok=True, why=device.full_name)
    return Readiness(
        ok=False,
        slow=True,
        why=f"no virtual cable, only {device.full_name}",
        todo="install a virtual cable, or name a device",
    )


def _rank(device: SoundDevice) -> int:
    return PREFERRED.index(device.host_api) if device.host_api in PREFERRED else len(PREFERRED)


def look_for(library: Any, wanted: str, way: Way) -> SoundDevice:
    """The device, as the system has it now. Raises Wrong."""
    default = library.default.device[1 if way == "output" else 0]
    device = chosen(found_devices(library, way), wanted, int(default), way)
    sink, source = (os.environ.get(SERVERS[end], "") for end in ("output", "input"))
    if way == "input" and device.name in ("pulse", "default") and sink and source == f"{sink}.monitor":
        raise Wrong(
            f"PULSE_SOURCE={source} is what is played into PULSE_SINK={sink}: the avatar would hear itself",
            "load a second null sink, and listen to its monitor",
        )
    return device


def is_one_cable(played: str, recorded: str) -> bool:
    """Whether two names are the two ends of one cable: what goes into the first comes out of the second."""
    into, out = (name.rsplit(", ", 1)[0] if ", " in name else name for name in (played, recorded))
    return bool(into) and into not in ("pulse", "default", "pipewire") and into.replace(" Input", " Output") == out


def extra_settings(library: Any, device: SoundDevice) -> Mapping[str, Any]:
    """WASAPI takes only its mixer's own rate, unless it is told to convert."""
    if sys.platform == "win32" and "WASAPI" in device.host_api:
        return {"extra_settings": library.WasapiSettings(auto_convert=True)}
    return {}


def rate_for(library: Any, device: SoundDevice, way: Way, wanted_hz: int, channels: int) -> int:
    """The wanted rate where the device takes it, else its own."""
    check = library.check_output_settings if way == "output" else library.check_input_settings
    try:
        check(
            device=device.index,
            channels=channels,
            dtype="int16",
            samplerate=wanted_hz,
            **extra_settings(library, device),
        )
    except (library.PortAudioError, ValueError):
        return round(device.rate_hz)
    return wanted_hz


def taken(library: Any, device: SoundDevice, error: Exception) -> Broken:
    """The device could not be opened."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Broken(
        f'"{device.full_name}" could not be opened: {reason}', "close what else uses it alone, or take another one"
    )
