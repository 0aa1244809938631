"""Scenes of the sound file as a microphone."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from actors.vad.sound_file import WINDOW_NS, SoundFile, SoundFileSettings
from bus import clock
from bus.errors import Wrong


@pytest.fixture(autouse=True)
def deadlines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Time passes at once; the deadlines that were waited for are kept."""
    waited: list[int] = []

    async def at_once(at_ns: int) -> None:
        waited.append(at_ns)

    monkeypatch.setattr(clock, "sleep_until", at_once)
    return waited


def tone(rate_hz: int, seconds: float = 1.0) -> NDArray[np.float64]:
    return np.asarray(0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate_hz * seconds)) / rate_hz))


def play(path: Path, most: int = 10_000, **settings: object) -> list[Sound]:
    async def scene() -> list[Sound]:
        microphone = SoundFile(SoundFileSettings(path=str(path), **{"tail_ms": 0, **settings}))  # type: ignore[arg-type]
        await microphone.open()
        heard = []
        async for sound in microphone.windows():
            heard.append(sound)
            if len(heard) == most:
                break
        await microphone.close()
        await microphone.close()
        return heard

    return asyncio.run(scene())


def joined(heard: list[Sound]) -> NDArray[np.int16]:
    return np.concatenate([sound.pcm for sound in heard])


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_any_rate_any_channels_and_any_format_just_work(
    tmp_path: Path, rate_hz: int, channels: int, suffix: str
) -> None:
    path = tmp_path / f"tone.{suffix}"
    soundfile.write(path, np.stack([tone(rate_hz)] * channels, axis=1), rate_hz)
    pcm = joined(play(path))
    assert abs(pcm.size - RATE_HZ) <= WINDOW
    middle = pcm[4_000:12_000].astype(float)
    wanted = 0.5 * 32_768 * np.sin(2 * np.pi * 440 * np.arange(4_000, 12_000) / RATE_HZ)
    assert np.abs(middle - wanted).max() < 200


def test_a_file_at_16_khz_is_heard_bit_by_bit(tmp_path: Path) -> None:
    pcm = np.random.default_rng(1).integers(-32_768, 32_767, 3 * WINDOW + 100).astype(np.int16)
    soundfile.write(tmp_path / "noise.wav", pcm, RATE_HZ)
    heard = joined(play(tmp_path / "noise.wav"))
    assert heard.size == 4 * WINDOW
    assert (heard[: pcm.size] == pcm).all()
    assert not heard[pcm.size :].any()


def test_windows_come_when_their_last_sample_would_have_been_captured(tmp_path: Path, deadlines: list[int]) -> None:
    soundfile.write(tmp_path / "tone.wav", tone(RATE_HZ), RATE_HZ)
    heard = play(tmp_path / "tone.wav")
    start_ns = heard[0].at_ns
    assert [sound.at_ns for sound in heard] == [start_ns + i * WINDOW_NS for i in range(len(heard))]
    assert deadlines == [sound.at_ns + WINDOW_NS for sound in heard]


def test_there_is_silence_before_and_after(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", tone(RATE_HZ), RATE_HZ)
    pcm = joined(play(tmp_path / "tone.wav", lead_in_ms=500, tail_ms=700))
    assert abs(pcm.size - 2.2 * RATE_HZ) < WINDOW
    assert not pcm[:8_000].any()
    assert pcm[8_000:24_000].any()
    assert not pcm[24_000:].any()


def test_a_loop_begins_again_without_a_gap(tmp_path: Path) -> None:
    pcm = np.arange(1, 1_001).astype(np.int16)
    soundfile.write(tmp_path / "ramp.wav", pcm, RATE_HZ)
    heard = joined(play(tmp_path / "ramp.wav", most=20, loop=True))
    assert (heard == np.resize(pcm, heard.size)).all()


@pytest.mark.parametrize(
    ("content", "fault"),
    [(None, "there is no sound file"), (b"", "is empty"), (b"not a sound at all " * 40, "is not a sound file")],
)
def test_what_cannot_be_played_is_named_in_one_line(tmp_path: Path, content: bytes | None, fault: str) -> None:
    path = tmp_path / "talk.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Wrong) as error:
        play(path)
    assert fault in error.value.what
    assert str(path) in error.value.what
    assert "\n" not in error.value.what
    assert error.value.todo


def test_a_folder_and_a_file_without_a_sample_are_wrong(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "none.wav", np.zeros(0), RATE_HZ)
    with pytest.raises(Wrong, match="holds no sound"):
        play(tmp_path / "none.wav")
    with pytest.raises(Wrong):
        play(tmp_path)


def test_a_file_that_was_cut_short_is_played_with_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "cut.wav"
    soundfile.write(path, tone(RATE_HZ, 2.0), RATE_HZ)
    path.write_bytes(path.read_bytes()[: 44 + RATE_HZ])
    with caplog.at_level(logging.WARNING):
        pcm = joined(play(path))
    assert abs(pcm.size - RATE_HZ // 2) < WINDOW
    [record] = caplog.records
    assert record.getMessage() == "sound file is cut short"
    assert record.__dict__["missing_s"] == 1.5


def test_a_flac_that_breaks_off_is_played_with_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "cut.flac"
    soundfile.write(path, tone(RATE_HZ, 4.0) + np.random.default_rng(1).normal(size=4 * RATE_HZ) * 0.01, RATE_HZ)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with caplog.at_level(logging.WARNING):
        pcm = joined(play(path))
    assert pcm.size > RATE_HZ
    assert len(caplog.records) == 1


def test_a_source_that_began_earlier_goes_on_where_it_would_be_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(RATE_HZ), RATE_HZ)
    whole = joined(play(path))
    now_ns = 77_000_000_000
    monkeypatch.setattr(clock, "now_ns", lambda: now_ns)
    began_ns = now_ns - 10 * WINDOW_NS

    async def scene() -> list[Sound]:
        microphone = SoundFile(SoundFileSettings(path=str(path), tail_ms=0))
        microphone.resume(began_ns, 0)
        await microphone.open()
        heard = [sound async for sound in microphone.windows()]
        await microphone.close()
        return heard

    heard = asyncio.run(scene())
    assert heard[0].at_ns == now_ns
    assert np.array_equal(joined(heard), whole[10 * WINDOW :])


def test_what_nobody_heard_while_vad_was_away_comes_at_once_and_what_is_long_ago_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(RATE_HZ), RATE_HZ)
    whole = joined(play(path))
    began_ns = 77_000_000_000
    now_ns = began_ns + 20 * WINDOW_NS
    monkeypatch.setattr(clock, "now_ns", lambda: now_ns)

    async def heard_from(from_ns: int) -> int:
        microphone = SoundFile(SoundFileSettings(path=str(path), tail_ms=0))
        microphone.resume(began_ns, from_ns)
        await microphone.open()
        windows = microphone.windows()
        first = await anext(windows)
        place = (first.at_ns - began_ns) // WINDOW_NS
        assert np.array_equal(first.pcm, whole[place * WINDOW :][:WINDOW])
        await windows.aclose()  # type: ignore[attr-defined]
        await microphone.close()
        return place

    assert asyncio.run(heard_from(began_ns + 5 * WINDOW_NS)) == 5
    monkeypatch.setattr("actors.vad.sound_file.MOST_MISSED_NS", 3 * WINDOW_NS)
    assert asyncio.run(heard_from(began_ns + 5 * WINDOW_NS)) == 17
