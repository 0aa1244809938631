"""Rules of what was heard: by mic-out's own reports of what it played, to the sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bus.clock import MS, SECOND
from bus.messages import RATE_HZ, Pause, Played, Resume
from remote.audit.ends import cut_at, name_of
from remote.audit.evidence import Evidence, Key, Seen, Violation
from remote.audit.sounds import track_of

EXACT_SAMPLES = 480
"""10 ms: a report may stand at either end of a block."""
REPORT_NS = 110 * MS
"""mic-out reports so often; what a dying one played after its last report is not known."""
AGAIN_NS = 150 * MS
"""A successor may repeat so much: what the one before had not yet acknowledged."""
GAP_NS = 20 * MS
"""Silence within a reply that nobody hears."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Silence within a reply that was not wanted."""

    key: Key
    at_ns: int
    gap_ns: int


def reports_of(evidence: Evidence) -> dict[Key, list[tuple[Seen, Played]]]:
    """mic-out's reports of each reply, in order."""
    found: dict[Key, list[tuple[Seen, Played]]] = {}
    for seen, played in evidence.of(Played):
        found.setdefault(seen.key, []).append((seen, played))
    return found


def heard_once(evidence: Evidence) -> Iterator[Violation]:
    """The played position never goes back and never jumps ahead of the sound; a successor of mic-out goes on where it was."""
    for key, reports in reports_of(evidence).items():
        for (before, a), (after, b) in pairwise(reports):
            moved = b.position - a.position
            could = max(0, (b.at_ns - a.at_ns) * RATE_HZ // SECOND)
            same = before.header.epoch == after.header.epoch
            most = could if same else min(could, REPORT_NS * RATE_HZ // SECOND)
            least = 0 if same else -(AGAIN_NS * RATE_HZ // SECOND)
            if moved > most + EXACT_SAMPLES:
                what = f"{name_of(key)}: {_ms(moved - most)} ms were never heard, before sample {b.position}"
                yield Violation("heard once", after.at_ns, what)
            elif moved < least:
                yield Violation("heard once", after.at_ns, f"{name_of(key)}: {_ms(-moved)} ms were heard again")


def heard_to_the_end(evidence: Evidence) -> Iterator[Violation]:
    """What was "done" was heard from its first sample to its last."""
    cut = cut_at(evidence)
    for key, reports in reports_of(evidence).items():
        seen, last = reports[-1]
        if last.event == "done" and key not in cut and last.position != (size := track_of(evidence, key).size):
            yield Violation("heard to the end", seen.at_ns, f"{name_of(key)}: {last.position} of {size} samples")
        begun = next((played.position for _, played in reports if played.event == "started"), 0)
        if begun:
            yield Violation("heard to the end", seen.at_ns, f"{name_of(key)}: began at sample {begun}")


def gaps(evidence: Evidence) -> list[Gap]:
    """Silence inside replies that nobody asked for: longer than the sound that was played meanwhile, and no pause."""
    held = [
        (seen.at_ns, isinstance(seen.message, Pause))
        for seen in evidence.seen
        if isinstance(seen.message, Pause | Resume)
    ]
    found = []
    for key, reports in reports_of(evidence).items():
        for (_, a), (_, b) in pairwise(reports):
            if a.event in ("paused", "cut", "done") or b.event in ("cut", "resumed", "paused"):
                continue
            silent_ns = b.at_ns - a.at_ns - (b.position - a.position) * SECOND // RATE_HZ
            if silent_ns > GAP_NS and not any(paused and a.at_ns - SECOND < at < b.at_ns for at, paused in held):
                found.append(Gap(key, a.at_ns, silent_ns))
    return found


def _ms(samples: int) -> int:
    return samples * 1_000 // RATE_HZ
