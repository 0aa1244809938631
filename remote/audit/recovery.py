"""Recovery of faults: how long from the death of a process until its successor is at work."""

from __future__ import annotations

from collections.abc import Iterator

from bus.clock import MS, SECOND
from bus.messages import CallHealth
from remote.audit.evidence import Evidence, Violation
from remote.chaos.fault import DEADLY, Done

SLOWEST_MS = 8_000.0
"""Slower than that is no recovery."""


def recovery_ms(evidence: Evidence, done: Done) -> float | None:
    """Milliseconds from a death to the first sign of the successor at work: a message of it, or the host agent's word that it
    has taken over. Of the hub: to the first message that it passed on. None when there is none."""
    if done.fault.kind == "hub":
        signs = [at for at in evidence.hubs if at > done.at_ns]
    elif done.fault.kind == "agent":
        signs = [s.at_ns for s in evidence.seen if s.header.source == "agent" and s.at_ns > done.at_ns]
    else:
        signs = [
            s.at_ns for s in evidence.seen if _is_sign(s.header.source, s.header.epoch, done) and s.at_ns > done.at_ns
        ]
        signs += [s.at_ns for s, health in evidence.of(CallHealth) if s.at_ns > done.at_ns and _runs(health, done)]
    return (min(signs) - done.at_ns) / MS if signs else None


def everybody_comes_back(evidence: Evidence) -> Iterator[Violation]:
    """Whatever was killed is followed by another, in a few seconds."""
    last_ns = evidence.seen[-1].at_ns if evidence.seen else 0
    for done in evidence.faults:
        if done.fault.kind not in DEADLY or done.error or last_ns - done.at_ns < SLOWEST_MS * MS:
            continue
        took = recovery_ms(evidence, done)
        if took is None or took > SLOWEST_MS:
            told = "never" if took is None else f"after {took / 1_000:.1f} s"
            yield Violation("everybody comes back", done.at_ns, f"{done.fault.target} was killed and came back {told}")


def times(evidence: Evidence) -> dict[str, list[float]]:
    """Recoveries in ms, by what was killed."""
    found: dict[str, list[float]] = {}
    for done in evidence.faults:
        if done.fault.kind in DEADLY and not done.error and (took := recovery_ms(evidence, done)) is not None:
            found.setdefault(done.fault.target, []).append(took)
    return found


def seconds(evidence: Evidence) -> float:
    """Length of what was recorded."""
    times = [seen.at_ns for seen in evidence.seen]
    return (max(times) - min(times)) / SECOND if times else 0.0


def _is_sign(source: str, epoch: int, done: Done) -> bool:
    return source == done.fault.target and epoch > done.epoch


def _runs(health: CallHealth, done: Done) -> bool:
    return any(h.actor == done.fault.target and h.state == "running" and h.epoch > done.epoch for h in health.actors)
