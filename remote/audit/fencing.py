"""Rules of the fence: nothing of an old generation passes the hub after the cut, or shows at a sink."""

from __future__ import annotations

from collections.abc import Iterator

from bus.clock import MS
from bus.messages import Cut, Played, Shown
from remote.audit.ends import name_of
from remote.audit.evidence import Evidence, Violation

SILENT_NS = 60 * MS
"""The sinks have fallen silent so soon after a cut: its way there, a block, and the fade."""


def nothing_old_passes(evidence: Evidence) -> Iterator[Violation]:
    """No hub lets through a fenced message of a generation that it has seen cut."""
    known = 0
    for seen in evidence.seen:
        cuts = evidence.cuts.get(seen.header.host)
        below = known if cuts is None else max((gen for at_ns, gen in cuts if at_ns < seen.at_ns), default=0)
        if isinstance(seen.message, Cut):
            known = max(known, seen.message.below_gen)
        elif seen.header.fenced and seen.header.gen < below:
            what = f"{seen.message.spec.topic} of {name_of(seen.key)} passed though all below {below} was cut"
            yield Violation("nothing old passes", seen.at_ns, what)


def nothing_old_at_a_sink(evidence: Evidence) -> Iterator[Violation]:
    """No sound and no mouth of an old generation is played or shown after its cut."""
    below, cut_ns = 0, 0
    for seen in evidence.seen:
        match seen.message:
            case Cut(below_gen=gen) if gen > below:
                below, cut_ns = gen, seen.header.t
            case Played(event="started" | "playing" | "resumed", at_ns=at_ns) | Shown(at_ns=at_ns):
                if seen.header.gen < below and at_ns > cut_ns + SILENT_NS:
                    late_ms = (at_ns - cut_ns) // MS
                    what = f"{seen.message.spec.topic} of {name_of(seen.key)}, {late_ms} ms after its cut"
                    yield Violation("nothing old at a sink", seen.at_ns, what)
            case _:
                pass
