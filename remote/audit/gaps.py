"""Rules of gaps in picture and sound: how long which fault may be seen or heard."""

from __future__ import annotations

from collections.abc import Iterator

from bus.clock import MS, SECOND
from bus.messages import CameraHealth
from remote.audit.ends import name_of
from remote.audit.evidence import Evidence, Violation, in_ms
from remote.audit.hearing import Gap, gaps

CAMERA_MS = 80.0
"""Longer gaps are counted; a person sees them."""
STILL_MS = 250.0
"""A longer one breaks the rule. Between the two lies what a busy machine does to any process."""
CAMERA_BACK_NS = 6 * SECOND
"""A camera whose process was killed shows pictures again so soon."""
SOUND_NS = 200 * MS
"""A gap that is no longer counts as heard only in the figures."""
RECOVERY_NS = 4 * SECOND
"""A death on the voice's way is heard no longer than this, after its fault."""
FRAME_MS = 40.0


def camera_gaps(evidence: Evidence) -> list[tuple[int, float]]:
    """When, and how many ms, no new picture was shown; each second's worst by cam-out's own report, less what a bare timer
    beside the call was late at the time: that is the machine."""
    return [
        (seen.at_ns, max(FRAME_MS, health.worst_gap_ms - evidence.unrest_ms(seen.at_ns, SECOND)))
        for seen, health in evidence.of(CameraHealth)
    ]


def camera_runs(evidence: Evidence) -> Iterator[Violation]:
    """The picture stands still for no longer than 250 ms, unless it was its own process that was held."""
    for at_ns, gap_ms in camera_gaps(evidence):
        own = evidence.faults_in(at_ns - 2 * SECOND, at_ns, "cam-out")
        if gap_ms > STILL_MS and not own:
            yield Violation("camera runs", at_ns, f"no picture for {gap_ms:.0f} ms")


def camera_comes_back(evidence: Evidence) -> Iterator[Violation]:
    """After the death of cam-out there are pictures again."""
    reports = [(seen.at_ns, seen.header.epoch) for seen, _ in evidence.of(CameraHealth)]
    last_ns = evidence.seen[-1].at_ns if evidence.seen else 0
    for done in evidence.faults:
        if done.fault.target != "cam-out" or last_ns - done.until_ns < CAMERA_BACK_NS:
            continue
        if not any(done.until_ns < at <= done.until_ns + CAMERA_BACK_NS for at, _ in reports):
            yield Violation("camera comes back", done.at_ns, f"no picture for {CAMERA_BACK_NS // SECOND} s")


def sound_is_whole(evidence: Evidence) -> Iterator[Violation]:
    """No gap inside a reply without a fault that explains it, and none that outlasts the recovery."""
    for gap in gaps(evidence):
        if gap.gap_ns <= SOUND_NS:
            continue
        causes = evidence.faults_in(gap.at_ns - RECOVERY_NS, gap.at_ns + gap.gap_ns)
        if not causes:
            yield Violation("sound is whole", gap.at_ns, _told(gap, "and no fault before it"))
        elif gap.gap_ns > RECOVERY_NS + max(done.until_ns - done.at_ns for done in causes):
            yield Violation("sound is whole", gap.at_ns, _told(gap, "longer than any recovery"))


def _told(gap: Gap, why: str) -> str:
    return f"{name_of(gap.key)}: silent for {in_ms(gap.gap_ns):.0f} ms, {why}"
