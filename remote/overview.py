"""Overview of a call for `avatar status`: what the host agent tells, what was dropped, how camera and lips do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import msgspec
import psutil

from bus.client import Client
from bus.clock import SECOND, now_ns, wall_time
from bus.codec import Torn
from bus.control import Drops, HubView, PeerView
from bus.errors import Broken, Gone
from remote.columns import aligned
from remote.copy import read_copy
from remote.far.tie import LinkStatus
from remote.mark import Mark
from remote.muster import Muster
from remote.session import Session
from remote.status import ActorStatus, CallStatus
from remote.visit import visit
from topology.plan import LOCAL

LISTEN_S = 1.3
"""The camera tells of itself once a second."""
TELL_MS = 2_000
"""A heartbeat comes once a second: less than two may only be late."""


class Dropped(msgspec.Struct, frozen=True):
    """Messages of a topic that somebody dropped."""

    by: str
    topic: str
    reason: str
    count: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `avatar status --json` tells."""

    session: str
    plan: str
    phase: str
    """"starting", "running", "ending", or "no hub" when the hub does not answer."""
    turn: str = ""
    """What the avatar does, such as "listening"."""
    uptime_s: float
    actors: tuple[ActorStatus, ...]
    links: tuple[LinkStatus, ...] = ()
    """To the other hosts."""
    dropped: tuple[Dropped, ...] = ()
    camera_fps: float | None = None
    camera_worst_gap_ms: float | None = None
    skew_median_ms: float | None = None
    skew_worst_ms: float | None = None
    echo: str = ""
    """Whether the microphone hears the avatar's loudspeaker: "none", or "guarded" with what it is like."""
    trouble: str = ""


def look(session: Session, *, listen_s: float = LISTEN_S) -> Overview:
    """Looks once. A hub that does not answer is told of in the result. Raises Gone when the call has ended."""
    try:
        with visit(session, "status") as client:
            return look_through(client, listen_s=listen_s)
    except Broken as error:
        if not session.lives():
            raise Gone(f"the call {session.name!r} has ended", f"see: avatar logs --session {session.name}") from None
        return _from_outside(session, error)


def look_through(client: Client, *, listen_s: float = LISTEN_S) -> Overview:
    """The same over an open connection. Raises Broken when hub or agent do not answer."""
    client.tap(["cam-out.health", "av-sync.skew", "turn-manager.state", "vad.echo"], payload=False)
    call = client.ask("agent", "status", kind=CallStatus)
    peers = client.ask("hub", "peers", kind=list[PeerView])
    hub = client.ask("hub", "hub", kind=HubView)
    drops = [*_drops("hub", hub.drops), *(d for p in peers for d in _drops(p.name, p.pulse.drops))]
    heard = _listen(client, listen_s if call.phase == "running" else 0.0)
    return msgspec.structs.replace(
        Overview(
            session=call.session,
            plan=call.plan,
            phase=call.phase,
            uptime_s=call.uptime_s,
            actors=call.actors,
            links=call.links,
            dropped=tuple(sorted(drops, key=lambda d: -d.count)),
        ),
        **heard,
    )


def overview_lines(view: Overview) -> list[str]:
    """Lines for people."""
    phase = f"{view.phase}, {view.turn}" if view.turn else view.phase
    lines = [f"{view.session}: {phase}, for {duration(view.uptime_s)}   {view.plan}", ""]
    lines += _table(view.actors)
    lines += [f"{link.host}: {link.words}" for link in view.links]
    lines += [f"{a.actor}: {a.error}{_advice(a)}" for a in view.actors if a.error and a.state != "running"]
    lines += [f"auto: {a.actor}: {a.engine} ({a.picked})" for a in view.actors if a.picked]
    picture = []
    if view.camera_fps is not None:
        picture.append(f"camera {view.camera_fps:.1f} fps, worst gap {view.camera_worst_gap_ms:.0f} ms")
    if view.skew_median_ms is not None:
        picture.append(f"picture behind sound by {view.skew_median_ms:+.0f} ms (worst {view.skew_worst_ms:+.0f})")
    if view.echo:
        picture.append(f"echo: {view.echo}")
    lines += ["", *picture] if picture else []
    if view.dropped:
        told = aligned(
            [["dropped", "topic", "reason", "by"], *([f"{d.count:,}", d.topic, d.reason, d.by] for d in view.dropped)],
            right={0},
        )
        lines += ["", *told]
    return [*lines, "", view.trouble] if view.trouble else lines


def duration(seconds: float) -> str:
    """A time such as "7 s", "3 min 20 s" or "2 h 05 min"."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60:02} min"


def _table(actors: Iterable[ActorStatus]) -> list[str]:
    head = ["actor", "engine", "host", "pid", "state", "up", "restarts", "msgs/s", "queue", "p50 ms", "p99 ms", "cpu %", "MB", "dropped", "last error"]  # fmt: skip
    body = [
        [
            a.actor,
            a.engine,
            a.host,
            str(a.pid or "-"),
            _state(a),
            duration(a.uptime_s),
            str(a.restarts),
            f"{a.rate_hz:.1f}",
            str(a.queue),
            f"{a.p50_ms:.2f}",
            f"{a.p99_ms:.2f}",
            f"{a.cpu_percent:.0f}",
            f"{a.memory_mb:.0f}",
            str(a.dropped),
            a.error if a.state == "running" else "",
        ]
        for a in actors
    ]
    return aligned([head, *body], right={3, *range(6, 14)})


def _state(actor: ActorStatus) -> str:
    """Its state; and what it has been at for so long that a person may wonder."""
    if actor.hanging_ms >= TELL_MS:
        return f"{actor.state}, hanging {duration(actor.hanging_ms / 1e3)}"
    if actor.busy_ms >= TELL_MS:
        return f"{actor.state}, busy {duration(actor.busy_ms / 1e3)}"
    return actor.state


def _advice(actor: ActorStatus) -> str:
    return f" (avatar restart {actor.actor})" if actor.state == "given up" else ""


def _drops(by: str, drops: Iterable[Drops]) -> list[Dropped]:
    return [Dropped(by, d.topic, d.reason, d.count) for d in drops]


def _listen(client: Client, listen_s: float) -> dict[str, object]:
    """What the call says of its camera, its lips and its turn; states come at once, the camera within a second."""
    heard: dict[str, object] = {}
    deadline = now_ns() + int(listen_s * SECOND)
    while now_ns() < deadline and "camera_fps" not in heard:
        for frames in client.tapped(max(0.001, (deadline - now_ns()) / SECOND)):
            with contextlib.suppress(Torn):
                copy = read_copy(frames)
                heard |= said(copy.topic, copy.body)
            if "camera_fps" in heard or now_ns() >= deadline:
                break
    return heard


def said(topic: str, body: dict[str, object]) -> dict[str, object]:
    """What a message tells of an overview: fields and their values."""
    match topic, body:
        case "cam-out.health", {"fps": fps, "worst_gap_ms": gap, "trouble": trouble}:
            return {"camera_fps": fps, "camera_worst_gap_ms": gap, "trouble": trouble}
        case "av-sync.skew", {"median_ms": median, "worst_ms": worst}:
            return {"skew_median_ms": median, "skew_worst_ms": worst}
        case "vad.echo", {"state": "guarded"}:
            return {"echo": f"guarded, lag {body.get('lag_ms', 0)} ms"}
        case "vad.echo", {"state": state}:
            return {"echo": "" if state == "unknown" else str(state)}
        case "turn-manager.state", {"phase": phase}:
            return {"turn": phase}
        case _:
            return {}


def _from_outside(session: Session, error: Broken) -> Overview:
    """What the operating system knows of a call whose hub does not answer."""
    running = session.running()
    muster = session.muster() or Muster()
    members = [(seat.name, member.mark) for seat in muster.seats for member in seat.members]
    members += [("hub", muster.hub)] if muster.hub is not None else []
    members += [("agent", running)] if running is not None else []
    rows = [row for name, mark in members if (row := _seen(name, mark))]
    uptime_s = max((row.uptime_s for row in rows), default=0.0)
    plan = running.plan_file if running else ""
    return Overview(
        session=session.name,
        plan=plan,
        phase="no hub",
        uptime_s=uptime_s,
        actors=tuple(rows),
        trouble=f"{error.what}; it is started again when it has died or hangs. See: avatar logs hub, avatar logs agent",
    )


def _seen(name: str, mark: Mark) -> ActorStatus | None:
    """None when it has just ended."""
    if not mark.alive:
        return None
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(mark.pid)
        return ActorStatus(
            actor=name,
            host=LOCAL,
            pid=mark.pid,
            state="running",
            uptime_s=round(max(0.0, wall_time().timestamp() - process.create_time()), 1),
            restarts=0,
            cpu_percent=0.0,
            memory_mb=round(process.memory_info().rss / 2**20, 1),
        )
    return None
