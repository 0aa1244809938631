"""Evidence of an audit: what a recording, the list of faults and the truth about the person say, ready for the rules."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bus.clock import MS, SECOND
from bus.codec import Torn, decode_body, decode_header
from bus.envelope import Header
from bus.messages import Lane, Message
from bus.recording import AnyEntry, Counted, Joined, Lost, Passed
from remote.chaos.fault import Done
from remote.kinds import KINDS

M = TypeVar("M", bound=Message)
Key = tuple[int, int]
"""Turn and generation: one reply."""

BLAME_NS = 6 * SECOND
"""A fault is named as the one before a violation when it was over no longer ago."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of the recording."""

    at_ns: int
    header: Header
    message: Message

    @property
    def key(self) -> Key:
        """The reply that it belongs to."""
        return self.header.turn, self.header.gen


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn of the person as the truth has it: when it began and ended, and how many words it has."""

    start_ns: int
    end_ns: int
    words: int


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was broken; `at_ns` on the clock of the host."""

    rule: str
    at_ns: int
    what: str


@dataclass(slots=True)
class Evidence:
    """All of a call. Messages are in the order in which the hub passed them on; what it passed on twice is here once."""

    seen: list[Seen] = field(default_factory=list)
    faults: Sequence[Done] = ()
    truth: Sequence[Spoken] = ()
    """When the person really spoke."""
    unrest: Sequence[tuple[int, float]] = ()
    """When a bare timer beside the call was late, and by how many ms."""
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Copies that the recorder did not get, by topic and reason: of those topics nothing can be proved."""
    hubs: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """When the first copies of another hub came, by its host."""
    cuts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """When other hosts had heard of a cut, and below which generation all is void since."""
    drops: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What the processes dropped, by topic and reason."""
    repeats: Counter[str] = field(default_factory=Counter)
    """What came again after the death of a hub, by topic."""
    unreadable: int = 0
    trouble: str = ""
    """How the call ended, when it did not end well."""

    def of(self, kind: type[M]) -> list[tuple[Seen, M]]:
        """All messages of a kind."""
        return [(seen, seen.message) for seen in self.seen if isinstance(seen.message, kind)]

    def by_reply(self, kind: type[M]) -> dict[Key, list[M]]:
        """The messages of a kind, for each reply."""
        found: dict[Key, list[M]] = defaultdict(list)
        for seen, message in self.of(kind):
            found[seen.key].append(message)
        return found

    def fault_before(self, at_ns: int) -> Done | None:
        """The last fault that began before then, if it is not long over."""
        before = bisect_right([done.at_ns for done in self.faults], at_ns)
        last = max(self.faults[:before], key=lambda done: done.at_ns, default=None)
        return last if last and at_ns - last.until_ns <= BLAME_NS else None

    def faults_in(self, start_ns: int, end_ns: int, *targets: str) -> list[Done]:
        """Faults that went on at any time between; of these targets when some are given."""
        return [
            done
            for done in self.faults
            if done.at_ns <= end_ns and done.until_ns >= start_ns and (not targets or done.fault.target in targets)
        ]

    def unrest_ms(self, at_ns: int, within_ns: int) -> float:
        """How late a bare timer was at worst around then."""
        return max((ms for when, ms in self.unrest if abs(when - at_ns) <= within_ns), default=0.0)


def gather(
    entries: Iterable[AnyEntry],
    faults: Sequence[Done] = (),
    truth: Sequence[Spoken] = (),
    unrest: Sequence[tuple[int, float]] = (),
    trouble: str = "",
) -> Evidence:
    """Reads a recording to its end."""
    evidence = Evidence(faults=faults, truth=truth, unrest=unrest, trouble=trouble)
    known: set[tuple[str, int]] = set()
    latest: dict[tuple[str, int], Counter[tuple[str, str]]] = {}
    for entry in entries:
        match entry:
            case Passed():
                _take(evidence, entry, known)
            case Lost(topic=topic, reason=reason, count=count):
                evidence.lost[topic, reason] += count
            case Joined(at_ns=at_ns, host=host):
                evidence.hubs[host].append(at_ns)
            case Counted(who=who, life=life, drops=drops):
                latest[who, life] = Counter({(drop.topic, drop.reason): drop.count for drop in drops})
            case _:
                pass
    for counts in latest.values():
        evidence.drops += counts
    return evidence


def _take(evidence: Evidence, entry: Passed, known: set[tuple[str, int]]) -> None:
    kind = KINDS.get(entry.topic)
    if kind is None:
        return
    payload = entry.payload or b""
    try:
        _, header = decode_header([entry.topic.encode() + b"\0", entry.header, payload])
        message = decode_body(kind, header, payload)
    except Torn:
        evidence.unreadable += 1
        return
    if kind.spec.lane is Lane.STREAM:
        if (entry.topic, header.id) in known:
            evidence.repeats[entry.topic] += 1
            return
        known.add((entry.topic, header.id))
    evidence.seen.append(Seen(entry.seen_ns, header, message))


def in_ms(ns: int) -> float:
    """For people."""
    return round(ns / MS, 1)
