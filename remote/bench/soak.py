"""Soak of a call: it talks without end, while the memory of each of its processes is watched."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bus.clock import SECOND, now_ns
from bus.errors import Gone
from bus.messages import Caption, StageAddress, UserSaid
from remote.bench.figures import Figure, Tell, median, number
from remote.bench.idle import page
from remote.bench.trial import Command, Trial, lay_out, trial, wait_s
from remote.status import CallStatus
from topology.reading import read_plan, session_name

_DIRTY = re.compile(r"(?m)^Private_Dirty: +(\d+) kB")
PLAN = "soak.toml"
GROWTH_PERCENT = 5.0
SAMPLE_S = 5.0
TELL_S = 60.0
SHARE = 0.1
"""Of the whole time: what is not looked at (caches fill, models warm up), and each of the two windows that are compared."""


@dataclass(slots=True)
class Course:
    """Memory of one process over the time of a soak: bytes, oldest first."""

    name: str
    pid: int
    bytes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Talk:
    """How much was said in a soak."""

    asked: int = 0
    answered: int = 0


def measure_soak(up: Command, tell: Tell, *, minutes: float, plan: Path | None = None) -> Iterator[list[Figure]]:
    """Runs the plan (without one: the bundled one that talks without end) for so long; gives the figures."""
    with tempfile.TemporaryDirectory(prefix="avatar-bench-", ignore_cleanup_errors=True) as folder:
        path = plan.resolve() if plan else lay_out(Path(folder).resolve(), PLAN, {})
        name = read_plan(path).session.name or session_name(path)
        tell(f"starting {path.name}")
        with trial(path, name, up, (StageAddress, UserSaid, Caption)) as running:
            courses, talk = watch(running, tell, minutes * 60)
    yield soak_figures(courses, talk)


def watch(running: Trial, tell: Tell, seconds: float) -> tuple[list[Course], Talk]:
    """Samples all processes of a call for so long, with a page looking on when it has one. Raises Gone when it ends."""
    courses: dict[tuple[str, int], Course] = {}
    talk = Talk()
    began_ns = told_ns = now_ns()
    with ExitStack() as visit:
        while now_ns() - began_ns < seconds * SECOND:
            wait_s(min(SAMPLE_S, seconds / 20))
            for delivery in running.deliveries:
                match delivery.message:
                    case StageAddress(url=url):
                        visit.close()
                        visit.enter_context(page(url))
                    case UserSaid():
                        talk.asked += 1
                    case Caption(done=True):
                        talk.answered += 1
                    case _:
                        pass
            if not running.session.running():
                raise Gone("the call ended before the soak was over", f"its logs: {running.session.logs}")
            status = running.client.ask("agent", "status", kind=CallStatus, timeout_s=20)
            sample(courses, {row.actor: row.pid for row in status.actors if row.pid})
            if now_ns() - told_ns > TELL_S * SECOND:
                told_ns = now_ns()
                tell(_so_far(courses.values(), talk, (told_ns - began_ns) / SECOND))
    return list(courses.values()), talk


def sample(courses: dict[tuple[str, int], Course], pids: Mapping[str, int]) -> None:
    """Adds the memory of each process now. A process that took the place of another has a course of its own."""
    for name, pid in pids.items():
        try:
            used = memory_of(pid)
        except psutil.NoSuchProcess:
            continue
        courses.setdefault((name, pid), Course(name, pid)).bytes.append(used)


def memory_of(pid: int) -> int:
    """Bytes that the process alone has written; where that cannot be told, those that it shares with nobody, or has at all.

    Not the USS where it can be helped: libraries count in it whenever no other call runs on the machine. Raises
    psutil.NoSuchProcess.
    """
    process = psutil.Process(pid)
    try:
        if found := _DIRTY.search(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")):
            return int(found[1]) * 1024
    except OSError:
        pass  # another system than Linux, or the process has just gone
    try:
        return int(getattr(process.memory_full_info(), "uss", 0)) or int(process.memory_info().rss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)


def growth_percent(course: Sequence[int]) -> tuple[float, float, float]:
    """Growth from the first settled window to the last one, and the medians of both in bytes."""
    size = max(1, int(len(course) * SHARE))
    first, last = median(course[size : 2 * size] or course[:1]), median(course[-size:])
    return 100 * (last / first - 1) if first else 0.0, first, last


def soak_figures(courses: Sequence[Course], talk: Talk) -> list[Figure]:
    """The growth of each process, and what shows that the call lived all the time."""
    found = []
    for course in sorted(courses, key=lambda course: course.name):
        growth, first, last = growth_percent(course.bytes)
        note = f"{number(first / 2**20)} → {number(last / 2**20)} MiB, highest {number(max(course.bytes) / 2**20)}, n={len(course.bytes)}"
        found.append(
            Figure(
                part="soak",
                name=f"memory of {course.name}",
                value=round(growth, 2),
                unit="%",
                at_most=GROWTH_PERCENT,
                note=note,
            )
        )
    replaced = len(courses) - len({course.name for course in courses})
    return [
        *found,
        Figure(part="soak", name="processes that had to be started again", value=replaced, at_most=0),
        Figure(part="soak", name="turns heard", value=talk.asked, at_least=1),
        Figure(part="soak", name="replies spoken to their end or cut", value=talk.answered, at_least=1),
    ]


def _so_far(courses: Iterable[Course], talk: Talk, seconds: float) -> str:
    sizes = ", ".join(f"{course.name} {course.bytes[-1] / 2**20:.0f}" for course in courses)
    return f"{seconds / 60:.0f} min, {talk.asked} turns, MiB: {sizes}"
