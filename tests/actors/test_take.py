"""Take: sound on disk whose sample index is its time, whatever happens to the writer."""

from __future__ import annotations

import errno
import wave
from pathlib import Path

import numpy as np
import pytest

from actors import take as take_module
from actors.take import SoundTake, find_parts, make_folder, read_sound
from bus.clock import MS, SECOND
from bus.errors import Wrong

RATE = 48_000
BLOCK = np.full(480, 7, np.int16)


def only_part(folder: Path) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    (part,) = find_parts(folder, "voice")
    sound = read_sound(part)
    assert sound is not None
    return np.array(sound.pcm)


def test_a_closed_part_is_an_ordinary_wav_named_by_its_start(tmp_path: Path) -> None:
    take = SoundTake(tmp_path, "voice", RATE)
    for i in range(3):
        take.write(BLOCK, 5 * SECOND + i * 10 * MS)
    take.close()
    take.close()
    with wave.open(str(tmp_path / "parts" / f"voice.{5 * SECOND}.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (RATE, 1, 1440)


def test_a_part_whose_writer_was_killed_is_read_to_its_last_whole_sample(tmp_path: Path) -> None:
    take = SoundTake(tmp_path, "voice", RATE)
    for i in range(100):
        take.write(BLOCK, i * 10 * MS)
    path = tmp_path / "parts" / "voice.0.wav"
    torn = path.read_bytes()[:10_001]
    take.close()
    path.write_bytes(torn)
    assert only_part(tmp_path).size == (10_001 - 44) // 2


def test_a_gap_becomes_silence_so_that_samples_keep_their_time(tmp_path: Path) -> None:
    take = SoundTake(tmp_path, "voice", RATE)
    take.write(BLOCK, 0)
    take.write(BLOCK, 500 * MS)
    take.close()
    pcm = only_part(tmp_path)
    assert pcm.size == 24_480
    assert not pcm[480:24_000].any()
    assert pcm[24_000:].all()


def test_jitter_of_a_device_leaves_the_samples_alone(tmp_path: Path) -> None:
    take = SoundTake(tmp_path, "voice", RATE)
    for i, jitter in enumerate([0, 4, -3, 6, -5]):
        take.write(BLOCK, i * 10 * MS + jitter * MS)
    take.close()
    assert only_part(tmp_path).size == 5 * 480


def test_a_clock_that_runs_fast_for_an_hour_stays_within_one_block(tmp_path: Path) -> None:
    take = SoundTake(tmp_path, "voice", 1000)
    block = np.ones(10, np.int16)
    for i in range(100_000):
        take.write(block, round(i * 10 * MS * 1.0005))
    take.close()
    assert abs(only_part(tmp_path).size - round(100_000 * 10 * 1.0005)) <= 20


def test_a_long_gap_begins_a_new_part(tmp_path: Path) -> None:
    take = SoundTake(tmp_path, "voice", RATE)
    take.write(BLOCK, 0)
    take.write(BLOCK, 60 * SECOND)
    take.close()
    assert [p.start_ns for p in find_parts(tmp_path, "voice")] == [0, 60 * SECOND]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Wrong, match="cannot record"):
        make_folder(str(tmp_path / "file" / "below"))


def test_one_that_is_given_up_on_a_full_disk_lets_its_file_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take = SoundTake(tmp_path, "voice", 16_000)
    take.write(np.ones(160, np.int16), 0)
    file = take._file
    assert file is not None

    def full(*_: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(take_module, "_header", full)
    take.give_up()
    assert file.closed
    take.give_up()
    (part,) = find_parts(tmp_path, "voice")
    sound = read_sound(part)
    assert sound is not None and sound.pcm.size == 160
