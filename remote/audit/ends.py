"""Ends of replies: which were heard to their end, which were cut, and when."""

from __future__ import annotations

from bus.messages import Cut, Played, Prompt, Script, Sentence
from remote.audit.evidence import Evidence, Key


def cut_at(evidence: Evidence) -> dict[Key, int]:
    """Replies that a barge-in cut off, and when. It means the reply of its time: not one that was over, nor one that should
    have been, since another had followed it."""
    cuts = [(seen.at_ns, cut.below_gen) for seen, cut in evidence.of(Cut)]
    done, begun = done_at(evidence), replies(evidence)
    found = {}
    for key, begun_ns in begun.items():
        next_ns = min((at for other, at in begun.items() if other > key and at > begun_ns), default=None)
        at_ns = min((at for at, below in cuts if key[1] < below), default=None)
        if at_ns is not None and (next_ns is None or at_ns <= next_ns) and not done.get(key, at_ns + 1) <= at_ns:
            found[key] = at_ns
    return found


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
