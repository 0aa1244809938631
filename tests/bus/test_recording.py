"""Scenes of a recording: written, read, cut short in the middle, full, and not one at all."""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bus.control import Drops
from bus.errors import Broken, Wrong
from bus.recording import FORMAT, AnyEntry, Begin, Counted, End, Full, Joined, Lost, Passed, Reader, Skipped, Writer

BEGIN = Begin(FORMAT, "demo", ("local",), 5, "2026-01-01T00:00:00+00:00")
ENTRIES: tuple[AnyEntry, ...] = (
    Passed(6, "tts.audio", b"\x80", 3, b"\x00\xff\x01"),
    Passed(7, "face.mouth", b"\x80", 9_000),
    Joined(8, "gpu", 77),
    Lost(9, "face.mouth", "tap", 2),
    Skipped(10, "tts.audio", "tts", 1, 4, 6),
    Counted(11, "hub", 77, (Drops("tts.audio", "generation", 3),)),
    End(12, "the call ends", 2, 2),
)


def written(path: Path) -> bytes:
    writer = Writer(path)
    for entry in (BEGIN, *ENTRIES):
        writer.add(entry)
    writer.close()
    assert writer.written == path.stat().st_size
    return path.read_bytes()


def read(path: Path) -> tuple[list[AnyEntry], int]:
    with Reader(path) as reader:
        assert reader.begin == BEGIN
        entries = list(reader)
    return entries, reader.torn_bytes


def test_what_was_written_is_read(tmp_path: Path) -> None:
    written(tmp_path / "new" / "a.rec")
    assert read(tmp_path / "new" / "a.rec") == (list(ENTRIES), 0)


def test_a_file_that_breaks_off_anywhere_reads_up_to_there_and_tells_how_much_is_torn(tmp_path: Path) -> None:
    data = written(tmp_path / "a.rec")
    begin = len(msgpack.packb(["begin", FORMAT, "demo", ["local"], 5, BEGIN.wall, []]))
    for length in range(begin, len(data)):
        (tmp_path / "b.rec").write_bytes(data[:length])
        entries, torn = read(tmp_path / "b.rec")
        assert entries == list(ENTRIES)[: len(entries)]
        assert len(entries) < len(ENTRIES)
        assert 0 <= torn < 60


@settings(max_examples=60)
@given(noise=some.binary(min_size=1, max_size=60))
def test_noise_at_the_end_is_never_more_than_torn(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    folder = tmp_path_factory.mktemp("noise")
    path = folder / "a.rec"
    path.write_bytes(written(folder / "whole.rec") + b"\xc1" + noise)
    assert read(path) == (list(ENTRIES), len(noise) + 1)


def test_a_full_recording_says_so_and_still_takes_its_end(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.rec", max_bytes=20_000)
    writer.add(BEGIN)
    with pytest.raises(Full, match="limit"):
        for _ in range(100):
            writer.add(Passed(1, "a", b"", 1_000, bytes(1_000)))
    writer.add(ENTRIES[-1])
    writer.close()
    entries, torn = read(tmp_path / "a.rec")
    assert (entries[-1], torn) == (ENTRIES[-1], 0)
    assert (tmp_path / "a.rec").stat().st_size < 20_000


def test_what_was_flushed_is_in_the_file_though_the_writer_dies(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.rec")
    writer.add(BEGIN)
    writer.add(ENTRIES[0])
    writer.flush()
    assert read(tmp_path / "a.rec") == ([ENTRIES[0]], 0)
    writer.close()


def test_no_recording_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.rec").write_bytes(b"mine")
    with pytest.raises(Wrong, match="there already"):
        Writer(tmp_path / "a.rec")
    with pytest.raises(Wrong, match="cannot record"):
        Writer(tmp_path / "a.rec" / "below" / "b.rec")


@pytest.mark.skipif(sys.platform == "win32", reason="there the owner's folder guards it")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.rec")
    writer.close()
    assert (tmp_path / "a.rec").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no recording"),
        (b"RIFF....WAVE", "no recording"),
        (msgpack.packb(["begin", 99, "s", [], 1, "x", []]), "format 99"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, data: bytes, what: str) -> None:
    (tmp_path / "a.rec").write_bytes(data)
    with pytest.raises(Wrong, match=what):
        Reader(tmp_path / "a.rec")
    with pytest.raises(Wrong, match="cannot be read"):
        Reader(tmp_path / "none.rec")


def test_a_disk_that_fills_ends_the_recording_and_what_was_written_is_read(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.rec")
    for entry in (BEGIN, ENTRIES[0]):
        writer.add(entry)
    writer.flush()
    disk, writer._file = writer._file, FullDisk()
    with pytest.raises(Broken, match="No space left"):
        writer.add(ENTRIES[1])
    with pytest.raises(Broken, match="No space left"):
        writer.flush()
    disk.close()
    assert read(tmp_path / "a.rec") == ([ENTRIES[0]], 0)


class FullDisk(io.BytesIO):
    """A file on a disk that takes nothing more."""

    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        if not self.closed:
            raise OSError(errno.ENOSPC, "No space left on device")

    def __del__(self) -> None:
        """Nothing of it is on any disk."""
