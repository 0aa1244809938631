"""Ends of replies: which were heard to their end, which were cut, and when."""

from __future__ import annotations

from bus.messages import Cut, Played, Prompt, Script, Sentence
from remote.audit.evidence import Evidence, Key


def cut_at(evidence: Evidence) -> dict[Key, int]:
    """Replies that a barge-in cut off, and when. A cut is for all older generations; those that were over are not meant."""
    cuts = [(seen.at_ns, cut.below_gen) for seen, cut in evidence.of(Cut)]
    done = done_at(evidence)
    keys = replies(evidence)
    return {
        key: at_ns
        for key in keys
        for at_ns in [min((at for at, below in cuts if key[1] < below), default=0)]
        if at_ns and not (key in done and done[key] <= at_ns)
    }


def done_at(evidence: Evidence) -> dict[Key, int]:
    """Replies that were heard to their end, and when."""
    return {seen.key: seen.at_ns for seen, played in evidence.of(Played) if played.event == "done"}


def replies(evidence: Evidence) -> dict[Key, int]:
    """Every reply, and when it was asked for or first heard of."""
    found: dict[Key, int] = {}
    for kind in (Prompt, Script, Sentence, Played):
        for seen, _ in evidence.of(kind):
            found[seen.key] = min(found.get(seen.key, seen.at_ns), seen.at_ns)
    return found


def name_of(key: Key) -> str:
    """For people."""
    return f"turn {key[0]}/{key[1]}"
