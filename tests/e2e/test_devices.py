"""Sound devices for real: mic-out's and vad's engine `device` on the cables of a PulseAudio server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bus.clock import SECOND, now_ns, sleep_ms
from tests.tools.pulse import CALL, MISSING, RATE_HZ, VOICE, Pulse, is_here, pulse

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not is_here(), reason=MISSING)]

SPEAK = """
import asyncio, numpy as np
from actors.mic_out.device import DeviceSpeaker, DeviceSpeakerSettings
place = 0
def pull(samples, at_ns):
    global place
    pcm = (8000 * np.sin(2 * np.pi * 440 * np.arange(place, place + samples) / 48000)).astype(np.int16)
    place += samples
    return pcm
async def main():
    speaker = DeviceSpeaker(DeviceSpeakerSettings(device="pulse"))
    await speaker.open()
    try:
        async with asyncio.timeout(SECONDS):
            await speaker.play(pull)
    except TimeoutError:
        pass
    await speaker.close()
    print(place)
asyncio.run(main())
"""
LISTEN = """
import asyncio, sys, numpy as np
from actors.vad.device import DeviceMicrophone, DeviceMicrophoneSettings
async def main():
    ear = DeviceMicrophone(DeviceMicrophoneSettings(device="pulse"))
    await ear.open()
    heard, times = [], []
    async for sound in ear.windows():
        heard.append(sound.pcm)
        times.append(sound.at_ns)
        if len(heard) == 1:
            print("listening", flush=True)
        if len(heard) == 80:
            break
    await ear.close()
    np.save(sys.argv[1], np.concatenate(heard))
    np.save(sys.argv[2], np.array(times))
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulse]:
    with pulse(tmp_path_factory.mktemp("pulse")) as server, server.listened():
        subprocess.run([sys.executable, "-c", SPEAK.replace("SECONDS", "1")], env=server.env, check=True, timeout=30)
        yield server  # the first stream of a fresh server stalls for a moment


def tone_hz(pcm: np.ndarray, rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(pcm.size)))
    return int(spectrum.argmax()) * rate_hz / pcm.size


def test_the_voice_comes_out_of_the_cable_without_a_gap(server: Pulse, tmp_path: Path) -> None:
    with server.recorded(VOICE, tmp_path / "heard"):
        script = SPEAK.replace("SECONDS", "1.5")
        subprocess.run(
            [sys.executable, "-c", script], env=server.env, check=True, timeout=30, stdout=subprocess.DEVNULL
        )
        sleep_ms(200)
    heard = np.fromfile(tmp_path / "heard", dtype="<i2").astype(float)
    sounding = np.flatnonzero(np.abs(heard) > 1_000)
    voice = heard[sounding[0] : sounding[-1]]
    assert voice.size > RATE_HZ
    assert abs(tone_hz(voice, RATE_HZ) - 440) < 3
    silent = np.diff(np.flatnonzero(np.abs(voice) > 1_000))
    assert silent.max() < RATE_HZ // 200, "a tone of 440 Hz is never below 1,000 for 5 ms"


def test_what_is_said_in_the_call_is_heard_in_real_time(server: Pulse, tmp_path: Path) -> None:
    pcm_file, times_file = tmp_path / "pcm.npy", tmp_path / "times.npy"
    command = [sys.executable, "-c", LISTEN, str(pcm_file), str(times_file)]
    with subprocess.Popen(command, env=server.env, stdout=subprocess.PIPE) as listener:
        assert listener.stdout
        assert listener.stdout.readline() == b"listening\n"
        tone = (8_000 * np.sin(2 * np.pi * 300 * np.arange(RATE_HZ) / RATE_HZ)).astype(np.int16)
        server.play(CALL, tone)
        assert listener.wait(20) == 0
    heard = np.load(pcm_file).astype(float)
    sounding = np.flatnonzero(np.abs(heard) > 1_000)
    voice = heard[sounding[0] : sounding[-1]]
    assert 0.9 * 16_000 < voice.size < 1.1 * 16_000
    assert abs(tone_hz(voice, 16_000) - 300) < 3
    steps_ms = np.diff(np.load(times_file)) / 1e6
    assert abs(np.median(steps_ms) - 32) < 1


def test_a_cable_that_is_unloaded_and_loaded_again_is_spoken_into_again(server: Pulse, tmp_path: Path) -> None:
    script = SPEAK.replace("SECONDS", "60")
    with subprocess.Popen([sys.executable, "-c", script], env=server.env, stdout=subprocess.DEVNULL) as speaker:
        try:
            server.await_stream("sink-inputs", VOICE)
            server.unload(VOICE)
            server.await_stream("sink-inputs")  # PulseAudio itself moves it to the other cable, and leaves it there
            server.load(VOICE)
            with server.recorded(VOICE, tmp_path / "again"):
                server.await_stream("sink-inputs", VOICE)
                begun_ns = now_ns()
                while not np.fromfile(tmp_path / "again", dtype="<i2").any():
                    assert now_ns() - begun_ns < 10 * SECOND, "nothing is heard"
                    sleep_ms(50)
        finally:
            speaker.terminate()


def test_a_cable_that_is_unloaded_and_loaded_again_is_listened_to_again(server: Pulse, tmp_path: Path) -> None:
    files = [str(tmp_path / "pcm.npy"), str(tmp_path / "times.npy")]
    script = LISTEN.replace("len(heard) == 80", "abs(sound.pcm).max() > 4_000")
    with subprocess.Popen([sys.executable, "-c", script, *files], env=server.env, stdout=subprocess.PIPE) as listener:
        try:
            assert listener.stdout
            assert listener.stdout.readline() == b"listening\n"
            server.await_stream("source-outputs", f"{CALL}.monitor")
            server.unload(CALL)
            server.await_stream("source-outputs")
            server.load(CALL)
            server.await_stream("source-outputs", f"{CALL}.monitor")
            server.play(CALL, (8_000 * np.sin(2 * np.pi * 300 * np.arange(RATE_HZ) / RATE_HZ)).astype(np.int16))
            assert listener.wait(20) == 0
        finally:
            listener.terminate()
