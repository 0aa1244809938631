"""Checkup of another host, over ssh: what a plan that places actors there needs, found out by trying."""

from __future__ import annotations

import re
import socket
import statistics
from collections.abc import Callable, Iterator

from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.errors import AvatarError, Broken
from remote.finding import Finding
from remote.ssh.facts import FACTS, facts_of
from remote.ssh.fault import fault_of
from remote.ssh.line import Forward, shell
from remote.ssh.visit import Visit
from topology.plan import Host
from topology.ports import free_port

PINGS = 20
SLOW_MS = 150.0
"""Round trip from which on the answers come too late to be called quick."""
PROBE_BYTES = 4 * 1024 * 1024
NEEDED_DOWN, NEEDED_UP = 4.0, 0.5
"""Mbit/s of a call while the avatar speaks: voice, mouth crops and text come down, speech goes up."""
REFUSED_S = 3.0

CLOCK = "echo here; python3 -u -c 'import sys,time\nfor _ in sys.stdin: print(time.perf_counter_ns())' || cat"
"""Answers each line with its clock; without Python with the line itself, which at least tells the round trip."""


def host_checkup(host: Host) -> Iterator[Finding]:
    """Every finding about the host, one after the other; nothing after a failed login."""
    started_ns = now_ns()
    try:
        with Visit(host, shell(FACTS), verbose=True) as visit:
            text, log = visit.rest(), visit.log
    except AvatarError as error:
        yield _failed("login", error)
        return
    took_s = (now_ns() - started_ns) / SECOND
    yield Finding(subject="login", verdict="ok", what=f"{host.ssh} lets us in ({took_s:.1f} s)")
    yield _host_key(log)
    yield _server(log)
    yield from _tried("forwarding", lambda: [_forwarding(host)])
    yield from _tried("round trip", lambda: _pings(host))
    yield from _tried("bandwidth", lambda: [_bandwidth(host)])
    yield from facts_of(text)


def _failed(subject: str, error: AvatarError) -> Finding:
    return Finding(subject=subject, verdict="fail", what=error.what, todo=error.todo)


def _tried(subject: str, attempt: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return attempt()
    except AvatarError as error:
        return [_failed(subject, error)]


def _host_key(log: str) -> Finding:
    key = re.search(r"Server host key: (\S+ \S+)", log)
    return Finding(subject="host key", verdict="ok", what=f"{key[1] if key else 'it'} is the one you know")


def _server(log: str) -> Finding:
    version = re.search(r"remote software version (\S+)", log)
    return Finding(subject="ssh server", verdict="ok", what=version[1] if version else "unknown version")


def _forwarding(host: Host) -> Finding:
    """Goes through a forwarded port to one where nobody listens: a server that forwards says just that."""
    here = free_port()
    with Visit(host, shell("echo here; cat"), forwards=[Forward(here, 1)], wait_s=REFUSED_S + 8) as visit:
        visit.until("here")
        with socket.create_connection(("127.0.0.1", here), timeout=REFUSED_S) as probe:
            probe.settimeout(REFUSED_S)
            try:
                probe.recv(1)
            except TimeoutError:
                raise Broken(f"{host.ssh} says nothing about a forwarded port", "see its sshd's log") from None
            except OSError:
                pass  # hung up on, as it should be
        log = _settled(visit)
    if "prohibited" in log:
        raise fault_of(log, host)
    return Finding(subject="forwarding", verdict="ok", what="ports can be forwarded")


def _settled(visit: Visit) -> str:
    """Its log, when it has told what became of the connection."""
    until_ns = now_ns() + int(REFUSED_S * SECOND)
    while "open failed" not in visit.log and now_ns() < until_ns:
        sleep_ms(10)
    return visit.log


def _pings(host: Host) -> list[Finding]:
    """Round trips, and how well the clocks of both hosts can be compared: by the quickest, within half of it."""
    trips_ms: list[float] = []
    clocks: list[tuple[int, float]] = []
    with Visit(host, shell(CLOCK)) as visit:
        visit.until("here")
        for _ in range(PINGS):
            sent_ns = now_ns()
            visit.write(b"?\n")
            answer = visit.line()
            back_ns = now_ns()
            trips_ms.append((back_ns - sent_ns) / MS)
            if answer.isdecimal():
                clocks.append((back_ns - sent_ns, int(answer) - (sent_ns + back_ns) / 2))
    middle = statistics.median(trips_ms[1:])
    slow = middle > SLOW_MS
    found = [
        Finding(
            subject="round trip",
            verdict="warn" if slow else "ok",
            what=f"{middle:.1f} ms (quickest {min(trips_ms):.1f}, slowest {max(trips_ms[1:]):.1f})",
            todo="answers will feel late: rent a machine nearer to you" if slow else "",
        )
    ]
    if clocks:
        quickest = sorted(clocks)[:5]
        spread_ms = (max(o for _, o in quickest) - min(o for _, o in quickest)) / MS
        what = f"comparable within ±{quickest[0][0] / 2 / MS:.1f} ms (five quickest trips agree to {spread_ms:.2f} ms)"
        found.append(Finding(subject="clock", verdict="ok", what=what))
    return found


def _bandwidth(host: Host) -> Finding:
    down, up = _down(host), _up(host)
    what = f"{down:.0f} Mbit/s down, {up:.0f} Mbit/s up; a call needs {NEEDED_DOWN:.0f} and {NEEDED_UP}"
    if down < NEEDED_DOWN or up < NEEDED_UP:
        return Finding(subject="bandwidth", verdict="warn", what=what, todo="keep the face on this machine")
    return Finding(subject="bandwidth", verdict="ok", what=what)


def _down(host: Host) -> float:
    with Visit(host, shell(f"echo here; read x; head -c {PROBE_BYTES} /dev/zero"), wait_s=60) as visit:
        visit.until("here")
        started_ns = now_ns()
        visit.write(b"\n")
        visit.skip(PROBE_BYTES)
        return _mbits(started_ns)


def _up(host: Host) -> float:
    with Visit(host, shell("echo here; cat >/dev/null; echo there"), wait_s=60) as visit:
        visit.until("here")
        started_ns = now_ns()
        visit.write(bytes(PROBE_BYTES))
        visit.end_input()
        visit.until("there")
        return _mbits(started_ns)


def _mbits(started_ns: int) -> float:
    return PROBE_BYTES * 8 / 1e6 / ((now_ns() - started_ns) / SECOND)
