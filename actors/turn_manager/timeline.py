"""Timeline of a turn: where the time went between the end of the user's speech and the first sound of the answer. Pure.

It is read from the trace of the first sound: every actor on its way noted when it took its input and when it sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from bus.clock import MS
from bus.envelope import Hop
from bus.messages import UserSaid
from bus.messages.stage import Stage, TurnTimeline

ENGINES = frozenset({"asr", "llm", "tts", "face"})
"""Actors whose own time is a model's; everything else on the way is overhead."""
OWN_NAME = "turn-manager"
OWN_LATENESS_MS = 50.0
"""An alarm is never so late by itself: then the turn had to wait for words that did not come."""


def timeline(turn: int, said: UserSaid, trace: Sequence[Hop], heard_ns: int) -> TurnTimeline | None:
    """The timeline of a turn whose first sound, with this trace, was heard at `heard_ns`; None without a prompt in it.

    All times are of one host. The wait is the plan's; what the prompt was later than that is the recogniser's when its
    words came after the wait, else overhead.
    """
    ours = [i for i, hop in enumerate(trace) if hop.actor == OWN_NAME]
    if not ours:
        return None
    prompt = trace[ours[-1]]
    wait_ms = min(said.wait_ms, max(0.0, (prompt.sent - said.ended_ns) / MS))
    late_ms = max(0.0, (prompt.sent - said.ended_ns) / MS - wait_ms)
    asr_spoke_last = ours[-1] > 0 and trace[ours[-1] - 1].actor == "asr"
    words_were_late = asr_spoke_last or late_ms > OWN_LATENESS_MS
    stages = [
        Stage(OWN_NAME, wait_ms, "wait"),
        Stage("asr", late_ms, "engine") if words_were_late else Stage(OWN_NAME, late_ms, "bus"),
    ]
    before = prompt.sent
    for hop in trace[ours[-1] + 1 :]:
        left = heard_ns if hop is trace[-1] else hop.sent
        stages.append(Stage(hop.actor, (hop.received - before) / MS, "bus"))
        stages.append(Stage(hop.actor, (left - hop.received) / MS, "engine" if hop.actor in ENGINES else "bus"))
        before = left
    stages = [Stage(s.actor, round(s.ms, 3), s.kind) for s in stages if s.ms]
    total_ms = (heard_ns - said.ended_ns) / MS
    overhead_ms = sum(s.ms for s in stages if s.kind == "bus")
    return TurnTimeline(
        total_ms=round(total_ms, 3), wait_ms=wait_ms, overhead_ms=round(overhead_ms, 3), stages=tuple(stages), turn=turn
    )
