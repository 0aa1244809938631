"""Beginning of a recording: replies that were under way by then. Of those nothing can be proved.

The hubs of other hosts hear a little later than the own one that somebody records: their first messages may be missing even
of a reply whose others are there.
"""

from __future__ import annotations

import dataclasses

from bus.messages import Lane, Prompt, Script
from remote.audit.ends import replies
from remote.audit.evidence import Evidence, Key


def under_way(evidence: Evidence) -> frozenset[Key]:
    """Replies that had begun, or may have, before each hub told the recorder what passed."""
    late_ns = _late_ns(evidence)
    if late_ns is None or _began_before_the_person(evidence):
        return frozenset()
    begun = {seen.key for kind in (Prompt, Script) for seen, _ in evidence.of(kind)}
    return frozenset(key for key, at_ns in replies(evidence).items() if key not in begun or at_ns <= late_ns)


def without(evidence: Evidence, left_out: frozenset[Key]) -> Evidence:
    """The same without these replies."""
    return dataclasses.replace(evidence, seen=[seen for seen in evidence.seen if seen.key not in left_out])


def _late_ns(evidence: Evidence) -> int | None:
    """When the last of those hosts was first heard that had said something of a reply before; None: there is none. Sources
    count the messages of a topic from 1; copies that were lost since are told as such."""
    lost = {topic for topic, _ in evidence.lost}
    known: set[tuple[str, str]] = set()
    hosts: dict[str, int] = {}
    late: set[str] = set()
    for seen in evidence.seen:
        header, spec = seen.header, seen.message.spec
        hosts.setdefault(header.host, seen.at_ns)
        if spec.lane is Lane.STREAM and header.turn and (spec.topic, header.source) not in known:
            known.add((spec.topic, header.source))
            if header.seq > 1 and spec.topic not in lost:
                late.add(header.host)
    return max((hosts[host] for host in late), default=None)


def _began_before_the_person(evidence: Evidence) -> bool:
    """Whether it was there before anybody spoke: what is missing then was lost."""
    return bool(evidence.truth and evidence.seen) and evidence.seen[0].at_ns <= evidence.truth[0].start_ns
