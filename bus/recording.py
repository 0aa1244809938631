"""Recording of a call: everything that went over its bus, in one file that grows while the call runs.

A stream of msgpack arrays, each with its kind first: one `Begin`, then what passed and what was lost in the order in which
the recorder learnt of it, and an `End` when it was closed. A writer that was killed leaves a file that reads up to the last
whole entry. The keys of the session are never part of it; what was said and heard is: it belongs to its owner alone.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Self

import msgpack
import msgspec

from bus.control import Drops
from bus.errors import Broken, Wrong

FORMAT = 2
BUFFER_BYTES = 1 << 20
MAX_ENTRY_BYTES = 32 * 1024 * 1024
"""More than any message and its envelope."""
RESERVED_BYTES = 4_096
"""Kept free below the limit, so that the end can still be written down."""


class Entry(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Base of all entries. Times are ns on the clock of the recorder's host."""


class Begin(Entry, frozen=True, tag="begin"):
    """What the file is, and where its times begin."""

    format: int
    session: str
    hosts: tuple[str, ...]
    at_ns: int
    wall: str
    """The civil time of `at_ns`, ISO 8601."""
    left_out: tuple[str, ...] = ()
    """Topics that are never recorded: they carry secrets."""


class Passed(Entry, frozen=True, tag="m"):
    """A message: its topic, its header as it was on the wire, and its payload (None: only `size` is known)."""

    seen_ns: int
    topic: str
    header: bytes
    size: int
    payload: bytes | None = None


class Lost(Entry, frozen=True, tag="lost"):
    """Copies that a hub made and that are not here. `reason`: "tap" (by the numbers of the copies),
    "overflow" (those among them that the recorder did not read in time), "unreadable"."""

    at_ns: int
    topic: str
    reason: str
    count: int
    host: str = ""
    """Of the hub; empty: not known."""


class Skipped(Entry, frozen=True, tag="skipped"):
    """Numbers `first`..`last` of a source's messages that the hub made no copy of: dropped by its rules, or gone with a
    hub that died. Those that it is sent again follow as `Passed`."""

    at_ns: int
    topic: str
    source: str
    epoch: int
    first: int
    last: int


class Joined(Entry, frozen=True, tag="joined"):
    """From here on copies come from this hub too; what an earlier one of its host passed on since the entry before is unknown.
    Every host has a hub, which makes the copies of what is sent there: those of several hosts alternate."""

    at_ns: int
    host: str
    boot: int


class Counted(Entry, frozen=True, tag="drops"):
    """What a process has dropped so far in its life, by topic and reason."""

    at_ns: int
    who: str
    life: int
    """Tells its lives apart: the epoch, of a hub its start."""
    drops: tuple[Drops, ...]


class End(Entry, frozen=True, tag="end"):
    """The recording was closed: why, and how much it holds."""

    at_ns: int
    why: str
    messages: int
    lost: int


AnyEntry = Begin | Passed | Lost | Skipped | Joined | Counted | End

_encoder = msgspec.msgpack.Encoder()


class Full(Broken):
    """The recording has reached its limit: nothing more is written into it."""


class Writer:
    """Entries in, a file out. It is new, and readable by its owner alone."""

    def __init__(self, path: Path, max_bytes: int = 0) -> None:
        """`max_bytes`: 0 is without limit. Raises Wrong when the file cannot be made, or is there already."""
        self.path = path
        self.written = 0
        """Bytes."""
        self._limit = max_bytes
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError:
            raise Wrong(f"{path} is there already", "choose another file: -o FILE") from None
        except OSError as error:
            raise Wrong(f"cannot record into {path}: {error.strerror}", "choose another file: -o FILE") from error
        self._file: BinaryIO = os.fdopen(handle, "wb", buffering=BUFFER_BYTES)

    def add(self, entry: AnyEntry) -> None:
        """Appends it. Raises Full at the limit, Broken when the disk takes no more; the file stays readable."""
        data = _encoder.encode(entry)
        if self._limit and self.written + len(data) > self._limit - RESERVED_BYTES and not isinstance(entry, End):
            raise Full(f"the recording has reached its limit of {self._limit / 1e6:,.0f} MB", "raise it: --max-mb")
        try:
            self._file.write(data)
        except OSError as error:
            raise self._broken(error) from error
        self.written += len(data)

    def flush(self) -> None:
        """Hands everything to the system: a killed writer loses what came since. Raises Broken."""
        try:
            self._file.flush()
        except OSError as error:
            raise self._broken(error) from error

    def close(self) -> None:
        """Raises Broken when the disk did not take the last entries."""
        try:
            self._file.close()
        except OSError as error:
            raise self._broken(error) from error

    def _broken(self, error: OSError) -> Broken:
        return Broken(f"the recording cannot go on: {error.strerror}", f"what was written is readable: {self.path}")


class Reader:
    """A file in, its entries out. `torn_bytes` tells afterwards how much at its end is no whole entry."""

    def __init__(self, path: Path) -> None:
        """Raises Wrong when it is not there, or no recording."""
        self.path = path
        self.torn_bytes = 0
        try:
            self._file = path.open("rb")
            self._size = path.stat().st_size
        except OSError as error:
            raise Wrong(f"the recording {path} cannot be read: {error.strerror}", "check its path") from error
        self._entries = self._read()
        first = next(self._entries, None)
        if not isinstance(first, Begin):
            self._file.close()
            raise Wrong(f"{path} is no recording of avatar", "make one: avatar record -o FILE")
        if first.format != FORMAT:
            self._file.close()
            raise Wrong(f"{path} has format {first.format}, this avatar reads {FORMAT}", "use the avatar that made it")
        self.begin = first

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._entries.close()
        self._file.close()

    def __iter__(self) -> Iterator[AnyEntry]:
        """What follows the beginning; can be gone through once."""
        return self._entries

    def _read(self) -> Generator[AnyEntry, None, None]:
        unpacker = msgpack.Unpacker(self._file, use_list=False, max_buffer_size=2 * MAX_ENTRY_BYTES)
        whole = 0
        try:
            for data in unpacker:
                yield msgspec.convert(data, AnyEntry)
                whole = unpacker.tell()
        except (msgpack.UnpackException, msgspec.ValidationError, ValueError):
            pass  # what follows a torn entry cannot be told from noise: `torn_bytes` says how much it is
        finally:
            self.torn_bytes = self._size - whole
