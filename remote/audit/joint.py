"""Joint recordings: one from the hub of each host of a call, of each only what was sent on its own host. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge

from bus.codec import Torn, decode_header
from bus.messages import Cut
from bus.recording import AnyEntry, Counted, Joined, Lost, Passed
from remote.audit.evidence import gather


def joined(recordings: Mapping[str, Iterable[AnyEntry]]) -> Iterator[AnyEntry]:
    """All entries in the order of their times, those of a host from the recording at its own hub: what was lost on the way
    to the recorder of another is no loss. The hosts must have one clock."""
    return merge(*(_own(host, entries) for host, entries in recordings.items()), key=_at_ns)


def cuts_at(entries: Iterable[AnyEntry]) -> list[tuple[int, int]]:
    """When a host had certainly heard of each cut, and what it voids: by then its own recorder had."""
    known = gather(e for e in entries if isinstance(e, Passed) and e.topic == Cut.spec.topic)
    return [(seen.at_ns, cut.below_gen) for seen, cut in known.of(Cut)]


def _own(host: str, entries: Iterable[AnyEntry]) -> Iterator[AnyEntry]:
    for entry in entries:
        match entry:
            case Passed():
                if _host_of(entry) in (host, ""):
                    yield entry
            case Joined(host=of) | Lost(host=of):
                if of in (host, ""):
                    yield entry
            case Counted():
                yield entry
            case _:
                pass


def _at_ns(entry: AnyEntry) -> int:
    return entry.seen_ns if isinstance(entry, Passed) else entry.at_ns


def _host_of(entry: Passed) -> str:
    try:
        return decode_header([entry.topic.encode() + b"\0", entry.header, b""])[1].host
    except Torn:
        return ""
