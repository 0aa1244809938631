"""Rules of the answers: each turn of the person is answered, and each reply comes to an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bus.clock import MS, SECOND
from bus.messages import Prompt, Script, UserSaid
from remote.audit.ends import cut_at, done_at, name_of
from remote.audit.evidence import Evidence, Spoken, Violation

NEAR_NS = 1_500 * MS
"""What vad took for the end of speech is no further from the true end."""
DEAF_NS = 300 * MS
"""Of a turn during which no microphone was there for so long, no answer can be asked for."""
LATE_NS = 6 * SECOND
"""So far before a turn a death may reach into it."""
CAUSE_NS = 2_500 * MS
"""A barge-in cuts no later after the end of what was said."""
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
    """A reply that sounds is cut only while the person really speaks, or soon after."""
    for key, at_ns in cut_at(evidence).items():
        if not any(true.start_ns <= at_ns <= true.end_ns + CAUSE_NS for true in evidence.truth):
            yield Violation("cuts have a cause", at_ns, f"{name_of(key)} was cut off, and nobody had said anything")


def nobody_else_speaks(evidence: Evidence) -> Iterator[Violation]:
    """What was understood was really said, and was taken up in one turn."""
    taken: dict[int, int] = {}
    for seen, said in evidence.of(UserSaid):
        turn = seen.header.turn
        meant = [
            place
            for place, true in enumerate(evidence.truth)
            if true.start_ns <= said.ended_ns <= true.end_ns + NEAR_NS
        ]
        if not meant:
            yield Violation("nobody else speaks", seen.at_ns, f"turn {turn} was taken up, and nobody had said anything")
        elif taken.setdefault(meant[-1], turn) != turn:
            yield Violation("nobody else speaks", seen.at_ns, f"turn {turn} is turn {taken[meant[-1]]} again")


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
    following = [*evidence.truth[1:], None][: len(evidence.truth)]
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
