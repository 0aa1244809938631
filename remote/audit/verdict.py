"""Verdict of an audit: the figures of a recorded call, and every rule that it broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from bus.messages import Sentence
from remote.audit import answers, fencing, gaps, hearing, recovery, sounds, thoughts
from remote.audit.beginning import under_way, without
from remote.audit.ends import cut_at, done_at, replies
from remote.audit.evidence import Evidence, Violation, in_ms
from remote.bench.figures import quantile

Rule = Callable[[Evidence], Iterator[Violation]]


def proved(evidence: Evidence) -> Iterator[Violation]:
    """The recording itself is whole: of what is missing in it nothing could be said."""
    if evidence.lost or evidence.unreadable:
        told = ", ".join(f"{topic} {count} ({reason})" for (topic, reason), count in evidence.lost.most_common(6))
        yield Violation("the recording is whole", 0, f"missing: {told or 'unreadable messages'}")


def ended_well(evidence: Evidence) -> Iterator[Violation]:
    """The call came to its end by itself, with all its actors."""
    if evidence.trouble:
        yield Violation("the call ends well", evidence.seen[-1].at_ns if evidence.seen else 0, evidence.trouble)


RULES: tuple[Rule, ...] = (
    proved,
    ended_well,
    answers.turns_answered,
    answers.replies_end,
    answers.cuts_have_a_cause,
    answers.nobody_else_speaks,
    thoughts.tokens_once,
    thoughts.sentences_once,
    thoughts.sentences_say_the_answer,
    sounds.spoken_whole,
    sounds.sent_to_the_sample,
    hearing.heard_once,
    hearing.heard_to_the_end,
    fencing.nothing_old_passes,
    fencing.nothing_old_at_a_sink,
    gaps.camera_runs,
    gaps.camera_comes_back,
    gaps.sound_is_whole,
    recovery.everybody_comes_back,
)
"""All that must hold, whatever was done to the call."""


class Blamed(msgspec.Struct, frozen=True):
    """A violation, `at_s` seconds after the first fault's clock began, and the fault before it."""

    rule: str
    at_s: float
    what: str
    fault: str


class Recovered(msgspec.Struct, frozen=True):
    """How long it took to come back."""

    target: str
    deaths: int
    p50_ms: float
    p95_ms: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a call."""

    seconds: float
    messages: int
    faults: dict[str, int]
    undone: int
    recoveries: tuple[Recovered, ...]
    turns: int
    turns_answered: int
    turns_deaf: int
    under_way: int
    """Replies that had begun before the recording: no rule was applied to them."""
    replies: int
    replies_heard: int
    replies_cut: int
    sentences: int
    camera_worst_ms: float
    camera_gaps: int
    """Seconds with a gap above 80 ms."""
    sound_gaps: int
    sound_worst_ms: float
    repeats: dict[str, int]
    stale: dict[str, int]
    """What was dropped because it had waited too long, for a mended link above all, by topic: sound never is."""
    drops: dict[str, int]
    violations: tuple[Blamed, ...]


def judge(evidence: Evidence, begun_ns: int = 0) -> Verdict:
    """Applies all rules. `begun_ns`: when the call was up; times are told from there."""
    left_out = under_way(evidence)
    evidence = without(evidence, left_out)
    found = sorted((v for rule in RULES for v in rule(evidence)), key=lambda violation: violation.at_ns)
    answered = answers.answers(evidence)
    silences = hearing.gaps(evidence)
    return Verdict(
        seconds=round(recovery.seconds(evidence), 1),
        messages=len(evidence.seen),
        faults=dict(Counter(done.fault.kind for done in evidence.faults).most_common()),
        undone=sum(bool(done.error) for done in evidence.faults),
        recoveries=tuple(
            Recovered(target, len(ms), round(quantile(ms, 0.5)), round(quantile(ms, 0.95)))
            for target, ms in sorted(recovery.times(evidence).items())
        ),
        turns=answered.turns,
        turns_answered=answered.answered,
        turns_deaf=answered.deaf,
        under_way=len(left_out),
        replies=len(replies(evidence)),
        replies_heard=len(done_at(evidence)),
        replies_cut=len(cut_at(evidence)),
        sentences=len(evidence.of(Sentence)),
        camera_worst_ms=max((ms for _, ms in gaps.camera_gaps(evidence)), default=0.0),
        camera_gaps=sum(ms > gaps.CAMERA_MS for _, ms in gaps.camera_gaps(evidence)),
        sound_gaps=len(silences),
        sound_worst_ms=max((in_ms(gap.gap_ns) for gap in silences), default=0.0),
        repeats=dict(evidence.repeats),
        stale={topic: count for (topic, reason), count in sorted(evidence.drops.items()) if reason == "stale"},
        drops={f"{topic} {reason}": count for (topic, reason), count in sorted(evidence.drops.items())},
        violations=tuple(_blamed(evidence, violation, begun_ns) for violation in found),
    )


def _blamed(evidence: Evidence, violation: Violation, begun_ns: int) -> Blamed:
    fault = evidence.fault_before(violation.at_ns)
    told = f"{fault.fault.number}: {fault.name} at {(fault.at_ns - begun_ns) / 1e9:.1f} s" if fault else ""
    return Blamed(violation.rule, round((violation.at_ns - begun_ns) / 1e9, 2), violation.what, told)
