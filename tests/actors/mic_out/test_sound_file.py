"""File speaker, in real time for a moment."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from actors.mic_out.sound_file import FileSpeaker, FileSpeakerSettings
from actors.take import SoundTake, find_parts, read_sound
from bus.errors import Wrong
from tests.actors.mic_out.listening import play_until


def test_the_file_speaker_writes_everything_heard_at_its_time(tmp_path: Path) -> None:
    times = asyncio.run(play_until(FileSpeaker(FileSpeakerSettings(record=str(tmp_path))), 8))
    (part,) = find_parts(tmp_path, "voice")
    sound = read_sound(part)
    assert part.start_ns == times[0]
    assert sound is not None
    assert sound.pcm.size >= 480 * 8
    assert (sound.pcm == 5).all()


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
