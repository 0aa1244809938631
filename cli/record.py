"""Verb `avatar record`: the bus of a running call in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.client import Client
    from remote.recorder import Recorder
    from remote.session import Session

MAX_MB = 4_000


def record(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file; it must be new.", show_default="SESSION.TIME.rec")
    ] = None,
    topics: Annotated[
        list[str] | None,
        typer.Option("--topics", help='Only these topics or patterns such as "tts.*"; may be repeated.'),
    ] = None,
    headers: Annotated[bool, typer.Option("--headers", help="Leave out sound and pictures, keep their sizes.")] = False,
    max_mb: Annotated[int, typer.Option(min=1, help="Stop when the file would become larger.")] = MAX_MB,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so many seconds. 0: when the call ends.")] = 0.0,
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Record a running call: every message of its bus, until it ends or Ctrl-C. Only you can read the file.

    It holds what was said and heard: some 30 MB a minute, and up to 160 MB while a page shows the pictures. Programs read it with
    `bus.recording.Reader`. Exit code 1 when the file is full or messages are missing; both stand in the file, too.

    Example: avatar record -o call.rec --headers
    """
    from remote.recorder import record as keep
    from remote.session import Session
    from remote.visit import visit

    call = Session.find(session)
    with visit(call, "record") as client:
        recorder = _recorder(call, client, out, topics or [], headers=headers, max_bytes=max_mb * 1_000_000)
        why = keep(recorder, _until(call, client, seconds))
    _sum_up(recorder, why, as_json=as_json)


def _recorder(
    call: Session, client: Client, out: Path | None, topics: list[str], *, headers: bool, max_bytes: int
) -> Recorder:
    from bus.clock import wall_time
    from bus.recording import Writer
    from remote.recorder import Recorder
    from remote.scribe import new_file
    from remote.tapping import find_topics

    chosen = frozenset(find_topics(client, topics)) if topics else None
    return Recorder(
        client,
        Writer(out or new_file(Path(), call.name), max_bytes),
        call.name,
        call.plan().used_hosts,
        wall_time(),
        wanted=lambda topic: chosen is None or topic in chosen,
        whole=lambda topic: not headers,
    )


def _until(call: Session, client: Client, seconds: float) -> Callable[[], str]:
    from bus.clock import SECOND, now_ns
    from remote.platform import on_closing
    from remote.scribe import Watch

    def stop() -> None:
        raise KeyboardInterrupt

    on_closing(stop)
    watch = Watch(client, call)
    deadline_ns = now_ns() + int(seconds * SECOND)
    return lambda: "the time is over" if seconds and now_ns() > deadline_ns else watch()


def _sum_up(recorder: Recorder, why: str, *, as_json: bool) -> None:
    import json

    path, size = recorder.writer.path, recorder.writer.written
    lost = recorder.lost.total()
    if as_json:
        told = {"file": str(path), "messages": recorder.messages, "bytes": size, "lost": lost, "why": why}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{path}: {recorder.messages:,} messages, {size / 1e6:,.1f} MB ({why})")
    if lost:
        typer.echo(f"INCOMPLETE: {lost} did not arrive ({recorder.lost['tap']} on their way)", err=True)
    raise typer.Exit(1 if lost else 0)
