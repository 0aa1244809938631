"""The paced speakers, in real time for a moment."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from actors.mic_out.actor import MicOut
from actors.mic_out.engine import Speaker
from actors.mic_out.page import PageSpeaker, PageSpeakerSettings
from actors.mic_out.sound_file import FileSpeaker, FileSpeakerSettings
from actors.take import SoundTake, find_parts, read_sound
from bus.errors import Wrong


async def play_until(speaker: Speaker, pulls: int) -> list[int]:
    """Plays until `pulls` blocks were pulled; their times."""
    loop, enough, times = asyncio.get_running_loop(), asyncio.Event(), list[int]()

    def pull(samples: int, at_ns: int) -> NDArray[np.int16]:
        times.append(at_ns)
        if len(times) >= pulls:
            loop.call_soon_threadsafe(enough.set)
        return np.full(samples, 5, np.int16)

    await speaker.open()
    playing = asyncio.create_task(speaker.play(pull))
    await enough.wait()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    await speaker.close()
    return times


def test_the_file_speaker_writes_everything_heard_at_its_time(tmp_path: Path) -> None:
    times = asyncio.run(play_until(FileSpeaker(FileSpeakerSettings(record=str(tmp_path))), 8))
    (part,) = find_parts(tmp_path, "voice")
    sound = read_sound(part)
    assert part.start_ns == times[0]
    assert sound is not None
    assert sound.pcm.size >= 480 * 8
    assert (sound.pcm == 5).all()


def test_the_page_speaker_pulls_on_a_grid_of_10_ms() -> None:
    times = asyncio.run(play_until(PageSpeaker(PageSpeakerSettings()), 8))
    assert {(at - times[0]) % 10_000_000 for at in times} == {0}


def test_a_full_disk_ends_the_recording_but_not_the_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: SoundTake, pcm: NDArray[np.int16], at_ns: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SoundTake, "write", full)
    times = asyncio.run(play_until(FileSpeaker(FileSpeakerSettings(record=str(tmp_path))), 8))
    assert len(times) >= 8
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == [
        "recording of the voice stopped: No space left on device; what was written so far is kept"
    ]


def test_a_folder_that_cannot_be_made_is_the_persons_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Wrong):
        asyncio.run(FileSpeaker(FileSpeakerSettings(record=str(tmp_path / "file" / "x"))).open())


def test_every_engine_is_built_from_a_plan() -> None:
    for engine in MicOut.engines:
        assert isinstance(MicOut.build(engine, {}), MicOut)
