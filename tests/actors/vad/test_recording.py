"""Scenes of vad's recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actors.take import find_parts, read_sound
from actors.vad.fake import play
from actors.vad.recording import Recording
from bus.errors import Wrong


def test_windows_are_kept_with_their_time(tmp_path: Path) -> None:
    recording = Recording(str(tmp_path))
    recording.open()
    for sound in play("#" * 20):
        recording.write(sound)
    recording.close()
    recording.close()
    [part] = find_parts(tmp_path, "user")
    kept = read_sound(part)
    assert kept is not None
    assert (kept.pcm == np.concatenate([sound.pcm for sound in play("#" * 20)])).all()


def test_without_a_folder_nothing_is_kept() -> None:
    recording = Recording(None)
    recording.open()
    for sound in play("#"):
        recording.write(sound)
    recording.close()


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Wrong, match="cannot record into"):
        Recording(str(tmp_path / "file" / "folder")).open()
