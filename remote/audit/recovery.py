"""Recovery of faults: how long from the death of a process until its successor is at work."""

from __future__ import annotations

from collections.abc import Iterator

from bus.clock import MS, SECOND
from bus.messages import ActorHealth, CallHealth
from remote.audit.evidence import Evidence, Violation
from remote.chaos.fault import DEADLY, LINKS, Done
from remote.far.place import host_of

SLOWEST_MS = 8_000.0
"""Slower than that is no recovery."""


def recovery_ms(evidence: Evidence, done: Done) -> float | None:
    """Milliseconds from a death to the first sign of the successor at work: a message of it, or the host agent's word that it
    has taken over. Of a hub: to the first message that it passed on. None when there is none."""
    signs = [at for at in _signs(evidence, done) if at > done.at_ns]
    return (min(signs) - done.at_ns) / MS if signs else None


def _signs(evidence: Evidence, done: Done) -> Iterator[int]:
    target = done.fault.target
    if done.fault.kind == "hub":
        yield from evidence.hubs[host_of(target)]
        return
    yield from (seen.at_ns for seen, health in evidence.of(CallHealth) if _runs(health, done))
    for seen in evidence.seen:
        if seen.header.source == target and (done.fault.kind == "agent" or seen.header.epoch > done.epoch):
            yield seen.at_ns


def everybody_comes_back(evidence: Evidence) -> Iterator[Violation]:
    """Whatever was killed is followed by another, in a few seconds."""
    last_ns = evidence.seen[-1].at_ns if evidence.seen else 0
    for done in evidence.faults:
        if done.fault.kind in LINKS and not done.error and done.back_ms > SLOWEST_MS:
            what = f"the link was not up {done.back_ms / 1_000:.1f} s after the end of {done.name}"
            yield Violation("everybody comes back", done.until_ns, what)
        if done.fault.kind not in DEADLY or done.error or last_ns - done.at_ns < SLOWEST_MS * MS:
            continue
        took = recovery_ms(evidence, done)
        if took is None or took > SLOWEST_MS:
            told = "never" if took is None else f"after {took / 1_000:.1f} s"
            yield Violation("everybody comes back", done.at_ns, f"{done.fault.target} was killed and came back {told}")


def times(evidence: Evidence) -> dict[str, list[float]]:
    """Recoveries in ms, by what was killed or cut; of a link from the end of the fault until it was up."""
    found: dict[str, list[float]] = {}
    for done in evidence.faults:
        if done.fault.kind in LINKS and not done.error:
            found.setdefault(done.name, []).append(done.back_ms)
        elif done.fault.kind in DEADLY and not done.error and (took := recovery_ms(evidence, done)) is not None:
            found.setdefault(done.fault.target, []).append(took)
    return found


def seconds(evidence: Evidence) -> float:
    """Length of what was recorded."""
    times = [seen.at_ns for seen in evidence.seen]
    return (max(times) - min(times)) / SECOND if times else 0.0


def _runs(health: CallHealth, done: Done) -> bool:
    return any(h.actor == done.fault.target and h.state == "running" and _is_another(h, done) for h in health.actors)


def _is_another(health: ActorHealth, done: Done) -> bool:
    return health.epoch > done.epoch if done.epoch else bool(health.pid) and health.pid != done.pid
