"""Rules of the answers: each turn of the person is answered, and each reply comes to an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bus.clock import MS, SECOND
from bus.messages import Cut, Prompt, Script, UserSaid
from remote.audit.ends import cut_at, done_at, name_of
from remote.audit.evidence import Evidence, Spoken, Violation

NEAR_NS = 1_500 * MS
"""What vad took for the end of speech is no further from the true end."""
DEAF_NS = 300 * MS
"""Of a turn during which no microphone was there for so long, no answer can be asked for."""
LATE_NS = 6 * SECOND
"""What a barge-in is about is known so soon after it; so far before a turn a death may reach into it."""
UNDERSTOOD = 0.6
"""Share of the words of two turns that must be there when they were taken up as one: a recogniser mishears."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How many of the person's turns were answered; `deaf`: nobody could hear them, the microphone's process was dead."""

    turns: int
    answered: int
    deaf: int


def replies_end(evidence: Evidence) -> Iterator[Violation]:
    """Every reply that was asked for is heard to its end, or cut by a barge-in."""
    over = cut_at(evidence).keys() | done_at(evidence).keys()
    for kind in (Prompt, Script):
        for seen, _ in evidence.of(kind):
            if seen.key not in over:
                yield Violation(
                    "every reply ends", seen.at_ns, f"{name_of(seen.key)} was neither heard to its end nor cut"
                )


def cuts_have_a_cause(evidence: Evidence) -> Iterator[Violation]:
    """A reply is cut only for something that the person says."""
    said = [seen.at_ns for seen, _ in evidence.of(UserSaid)]
    last_ns = evidence.seen[-1].at_ns if evidence.seen else 0
    for seen, _ in evidence.of(Cut):
        if not any(0 <= at - seen.at_ns < 3 * LATE_NS for at in said) and last_ns - seen.at_ns > 3 * LATE_NS:
            yield Violation("cuts have a cause", seen.at_ns, "cut off, and nobody had said anything")


def turns_answered(evidence: Evidence) -> Iterator[Violation]:
    """Every turn of the person is understood, and what it asks for is answered."""
    for true in unanswered(evidence):
        yield Violation("every turn is answered", true.end_ns, "the person said something and got no answer")


def answers(evidence: Evidence) -> Answers:
    """How many were."""
    deaf = sum(_deaf(evidence, true) for true in evidence.truth)
    return Answers(len(evidence.truth), len(evidence.truth) - deaf - len(unanswered(evidence)), deaf)


def unanswered(evidence: Evidence) -> list[Spoken]:
    """True turns whose words were never taken up: neither by themselves nor together with those of the next turn."""
    said = [(message.ended_ns, len(message.text.split())) for _, message in evidence.of(UserSaid)]
    following = [*evidence.truth[1:], None]
    return [
        true
        for true, after in zip(evidence.truth, following, strict=True)
        if not _deaf(evidence, true)
        and not any(true.start_ns <= end <= true.end_ns + NEAR_NS for end, _ in said)
        and not (after and any(_holds_both(true, after, end, words) for end, words in said))
    ]


def _holds_both(true: Spoken, after: Spoken, end_ns: int, words: int) -> bool:
    meant = after.start_ns <= end_ns <= after.end_ns + NEAR_NS
    return meant and words >= UNDERSTOOD * (true.words + after.words)


def _deaf(evidence: Evidence, true: Spoken) -> bool:
    """Whether vad was dead or starting during the turn: a microphone that nobody reads hears nothing."""
    for done in evidence.faults_in(true.start_ns - LATE_NS, true.end_ns, "vad"):
        if done.fault.kind != "kill":
            continue
        back_ns = min(
            (s.at_ns for s in evidence.seen if s.header.source == "vad" and s.header.epoch > done.epoch), default=0
        )
        if min(back_ns or true.end_ns, true.end_ns) - max(done.at_ns, true.start_ns) >= DEAF_NS:
            return True
    return False
