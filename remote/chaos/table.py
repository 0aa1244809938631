"""Table of a verdict: its lines for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from remote.audit.verdict import Verdict
from remote.bench.figures import number


def lines(verdict: Verdict) -> Iterator[str]:
    """Figures first, then every violation with the fault before it."""
    total = sum(verdict.faults.values())
    kinds = ", ".join(f"{kind} {count}" for kind, count in verdict.faults.items())
    undone = f" ({verdict.undone} could not be done)" if verdict.undone else ""
    yield f"faults          {total} in {verdict.seconds:.0f} s: {kinds}{undone}"
    for back in verdict.recoveries:
        what = "times" if " " in back.target else "deaths"
        yield f"  {back.target:<13} {back.deaths:>3} {what}, back after p50 {back.p50_ms:,.0f} ms, p95 {back.p95_ms:,.0f} ms"
    deaf = f", {verdict.turns_deaf} spoken to a dead microphone" if verdict.turns_deaf else ""
    yield f"turns answered  {verdict.turns_answered} of {verdict.turns - verdict.turns_deaf}{deaf}"
    yield f"replies         {verdict.replies}: {verdict.replies_heard} heard to the end, {verdict.replies_cut} cut"
    if verdict.under_way:
        yield f"left out        {verdict.under_way} that had begun before the recording: of those nothing is proved"
    yield f"sentences       {verdict.sentences}, each once"
    yield f"camera          worst gap {number(verdict.camera_worst_ms)} ms beyond the machine's own; {verdict.camera_gaps} s with one above 80 ms"
    yield f"sound           {verdict.sound_gaps} gaps inside replies, the worst {number(verdict.sound_worst_ms)} ms"
    yield f"messages        {verdict.messages:,} recorded; sent again after a hub died: {sum(verdict.repeats.values())}"
    if verdict.stale:
        yield f"too late        {', '.join(f'{topic} {count}' for topic, count in verdict.stale.items())}"
    yield f"drops           {', '.join(f'{what} {count}' for what, count in verdict.drops.items()) or 'none'}"
    yield f"violations      {len(verdict.violations)}"
    for each in verdict.violations:
        fault = f"  [after fault {each.fault}]" if each.fault else ""
        yield f"  {each.at_s:8.1f} s  {each.rule}: {each.what}{fault}"
