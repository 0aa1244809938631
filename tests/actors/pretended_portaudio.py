"""Pretended PortAudio: devices as a list says, streams that a test drives by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray


class PortAudioError(Exception):
    """As sounddevice calls it."""


@dataclass
class Stream:
    """One that was opened; `play` and `record` are what the device's thread does."""

    callback: Callable[..., None]
    channels: int
    samplerate: int
    device: int
    active: bool = False

    def start(self) -> None:
        self.active = True

    def abort(self) -> None:
        self.active = False

    def close(self) -> None:
        self.active = False

    def play(self, frames: int, *, delay_s: float = 0.02, underflow: bool = False) -> NDArray[np.int16]:
        out = np.zeros((frames, self.channels), dtype=np.int16)
        time = SimpleNamespace(outputBufferDacTime=100.0 + delay_s, currentTime=100.0)
        self.callback(out.data, frames, time, SimpleNamespace(output_underflow=underflow) if underflow else None)
        return out

    def record(self, pcm: NDArray[np.int16], *, ago_s: float = 0.02, overflow: bool = False) -> None:
        frames = np.repeat(pcm[:, None], self.channels, axis=1)
        time = SimpleNamespace(inputBufferAdcTime=100.0 - ago_s, currentTime=100.0)
        self.callback(frames.tobytes(), pcm.size, time, SimpleNamespace(input_overflow=overflow) if overflow else None)


def device(name: str, api: int = 0, *, out: int = 2, into: int = 0, rate_hz: float = 48_000) -> dict[str, object]:
    return {
        "name": name,
        "hostapi": api,
        "max_output_channels": out,
        "max_input_channels": into,
        "default_samplerate": rate_hz,
    }


@dataclass
class PortAudio:
    """The library, as far as it is used."""

    devices: list[dict[str, object]]
    apis: tuple[str, ...] = ("ALSA",)
    default_device: int = 0
    rates: tuple[int, ...] = (16_000, 48_000)
    streams: list[Stream] = field(default_factory=list)
    refreshed: int = 0
    PortAudioError = PortAudioError

    @property
    def default(self) -> SimpleNamespace:
        return SimpleNamespace(device=[self.default_device, self.default_device])

    def query_hostapis(self) -> list[dict[str, str]]:
        return [{"name": name} for name in self.apis]

    def query_devices(self) -> list[dict[str, object]]:
        return self.devices

    def check_output_settings(self, *, samplerate: int, **_rest: object) -> None:
        if samplerate not in self.rates:
            raise PortAudioError("Invalid sample rate")

    check_input_settings = check_output_settings

    def RawOutputStream(self, **asked: Any) -> Stream:
        stream = Stream(asked["callback"], asked["channels"], asked["samplerate"], asked["device"])
        self.streams.append(stream)
        return stream

    RawInputStream = RawOutputStream

    def _terminate(self) -> None:
        self.refreshed += 1

    def _initialize(self) -> None:
        pass
