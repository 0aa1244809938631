"""PulseAudio of a test: a server of its own with two cables, one for each direction, and what is heard on them."""

from __future__ import annotations

import contextlib
import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bus.clock import SECOND, now_ns, sleep_ms

MISSING = "PulseAudio or PortAudio is not installed (apt install pulseaudio pulseaudio-utils libportaudio2 libasound2-plugins)"
VOICE, CALL = "avatar_voice", "avatar_call"
"""The cable that the avatar speaks into, and the one that it listens to."""
RATE_HZ = 48_000


def is_here() -> bool:
    """Whether all that it takes is installed."""
    return bool(shutil.which("pulseaudio") and shutil.which("pactl") and ctypes.util.find_library("portaudio"))


@dataclass(frozen=True, slots=True)
class Pulse:
    """A running server. `env`: what a process needs to speak into VOICE and to listen to CALL, through ALSA's "pulse"."""

    env: dict[str, str]

    def control(self, *words: str) -> str:
        """Runs pactl."""
        return subprocess.run(
            ["pactl", *words], env=self.env, capture_output=True, check=True, encoding="utf-8"
        ).stdout.strip()

    def load(self, sink: str) -> None:
        """Plugs a cable in."""
        self.control("load-module", "module-null-sink", f"sink_name={sink}", f"rate={RATE_HZ}")

    def unload(self, sink: str) -> None:
        """Pulls a cable out."""
        modules = [line.split() for line in self.control("list", "short", "modules").splitlines()]
        (module,) = [words[0] for words in modules if f"sink_name={sink}" in words]
        self.control("unload-module", module)

    def await_stream(self, kind: str, device: str = "") -> None:
        """Waits until a stream ("sink-inputs" or "source-outputs") of ALSA is at the device; without one, until there is
        no such stream."""
        devices = "sinks" if kind == "sink-inputs" else "sources"
        begun_ns = now_ns()
        while True:
            names = dict(line.split()[:2] for line in self.control("list", "short", devices).splitlines())
            here = [
                names.get(block.partition("Sink: " if devices == "sinks" else "Source: ")[2].split("\n")[0])
                for block in self.control("list", kind).split("\n\n")
                if "ALSA plug-in" in block
            ]
            if here == [device] * bool(device):
                return
            assert now_ns() - begun_ns < 20 * SECOND, f"streams are at {here}"
            sleep_ms(50)

    @contextlib.contextmanager
    def listened(self) -> Iterator[None]:
        """Somebody listens to both cables for the length of a block. While nobody does, an idle one takes sound in large
        pieces, two seconds apart."""
        with contextlib.ExitStack() as listeners:
            for sink in (VOICE, CALL):
                listener = listeners.enter_context(
                    self._started("parec", f"--device={sink}.monitor", file=subprocess.DEVNULL)
                )
                listeners.callback(listener.terminate)
            yield

    @contextlib.contextmanager
    def recorded(self, sink: str, path: Path) -> Iterator[None]:
        """Writes what is heard on a cable, mono at 48 kHz, for the length of a block."""
        with path.open("wb") as file, self._started("parec", f"--device={sink}.monitor", file=file) as recorder:
            yield
            recorder.terminate()

    def play(self, sink: str, pcm: NDArray[np.int16]) -> None:
        """Plays into a cable (mono, 48 kHz) and waits for its end."""
        command = ["pacat", f"--device={sink}", "--raw", "--format=s16le", "--channels=1", f"--rate={RATE_HZ}"]
        subprocess.run(command, input=pcm.tobytes(), env=self.env, check=True)

    @contextlib.contextmanager
    def _started(self, program: str, *words: str, file: object) -> Iterator[subprocess.Popen[bytes]]:
        command = [program, *words, "--raw", "--format=s16le", "--channels=1", f"--rate={RATE_HZ}", "--latency-msec=20"]
        with subprocess.Popen(command, env=self.env, stdout=file) as process:  # type: ignore[call-overload]
            yield process


@contextlib.contextmanager
def pulse(folder: Path) -> Iterator[Pulse]:
    """A server with both cables for the length of a block."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    socket = runtime / "native"
    env = os.environ | {
        "XDG_RUNTIME_DIR": str(runtime),
        "HOME": str(folder),
        "PULSE_SERVER": f"unix:{socket}",
        "PULSE_SINK": VOICE,
        "PULSE_SOURCE": f"{CALL}.monitor",
    }
    command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
    command += [f"--load=module-native-protocol-unix socket={socket} auth-anonymous=1"]
    command += [f"--load=module-null-sink sink_name={sink} rate={RATE_HZ}" for sink in (VOICE, CALL)]
    with (folder / "pulse.log").open("wb") as log, subprocess.Popen(command, env=env, stderr=log) as server:
        try:
            _await(socket, server, folder / "pulse.log")
            yield Pulse(env)
        finally:
            server.terminate()


def _await(socket: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    begun_ns = now_ns()
    while not socket.exists():
        assert server.poll() is None, log.read_text()
        assert now_ns() - begun_ns < 10 * SECOND, "PulseAudio does not listen"
        sleep_ms(20)
