"""Verb `avatar tap`: the messages of a running call as they pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from remote.keeping import PictureFolder, SoundFile
    from remote.tapping import Tapping
    from remote.telling import Teller


def tap(
    topics: Annotated[list[str], typer.Argument(help='Topics, or patterns such as "tts.*".', show_default=False)],
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    field: Annotated[str, typer.Option(help='Only this field, such as "text" or "words.0".', metavar="A.B")] = "",
    hz: Annotated[bool, typer.Option("--hz", help="Every second: how often they come, and how evenly.")] = False,
    bw: Annotated[bool, typer.Option("--bw", help="Every second: how many bytes they carry.")] = False,
    delay: Annotated[bool, typer.Option("--delay", help="Every second: how late they are here.")] = False,
    payload: Annotated[bool, typer.Option("--payload", help="Show payloads too, not only their size.")] = False,
    wav: Annotated[Path | None, typer.Option(help="Write the sound of one topic to this file.")] = None,
    jpg: Annotated[Path | None, typer.Option(help="Write the pictures to this folder.")] = None,
    count: Annotated[int, typer.Option(min=0, help="End after so many messages. 0: never.")] = 0,
    timeout: Annotated[float, typer.Option(min=0, help="End after so many seconds. 0: never.")] = 0.0,
) -> None:
    """Watch messages as they pass, without taking them from anybody. Ctrl-C ends it.

    Exit code 1 when nothing came, or fewer than --count. Messages that the tap missed are counted at its end.

    Example: avatar tap "turn-manager.*" asr.final
    """
    from remote.session import Session
    from remote.tapping import Tapping, find_topics
    from remote.visit import visit

    way = _way(
        {"--hz": hz, "--bw": bw, "--delay": delay, "--field": bool(field), "--wav": bool(wav), "--jpg": bool(jpg)}
    )
    call = Session.find(session)
    with visit(call, "tap") as client:
        found = find_topics(client, topics)
        teller, place = _teller(found, way, field, wav or jpg, as_json=as_json)
        whole = payload or place is not None
        tapping = Tapping(client, found, alive=call.lives, payload=whole, count=count, timeout_s=timeout)
        interrupted = _watch(tapping, teller, place)
    if place is not None and not as_json:
        print(place.told())
    _sum_up(tapping, interrupted=interrupted, kept=place is not None)


def _way(ways: dict[str, bool]) -> str:
    """The one option of these that was given, or none."""
    from bus.errors import Wrong

    chosen = [name for name, wanted in ways.items() if wanted]
    if len(chosen) > 1:
        raise Wrong(f"{' and '.join(chosen)} cannot go together", "choose one of them")
    return chosen[0] if chosen else ""


def _teller(
    topics: list[str], way: str, field: str, path: Path | None, *, as_json: bool
) -> tuple[Teller, SoundFile | PictureFolder | None]:
    from bus.errors import Wrong
    from remote import telling
    from remote.keeping import PictureFolder, SoundFile

    match way:
        case "--hz":
            return telling.Meter(topics, "hz", as_objects=as_json), None
        case "--bw":
            return telling.Meter(topics, "bandwidth", as_objects=as_json), None
        case "--delay":
            return telling.Meter(topics, "delay", as_objects=as_json), None
        case "--field":
            return telling.Field(topics, field, as_objects=as_json), None
        case "--wav" | "--jpg" if path is not None:
            if way == "--wav" and len(topics) > 1:
                raise Wrong("one sound file takes one topic", f"choose one of {', '.join(topics)}")
            place = SoundFile(path, topics[0]) if way == "--wav" else PictureFolder(path, topics)
            return telling.Keep(place), place
        case _:
            return telling.Lines(topics, as_objects=as_json), None


def _watch(tapping: Tapping, teller: Teller, place: SoundFile | PictureFolder | None) -> bool:
    """Prints until the tap ends; True when the person ended it."""
    from contextlib import nullcontext

    from remote.platform import on_closing

    def stop() -> None:
        raise KeyboardInterrupt

    on_closing(stop)
    with place or nullcontext():
        try:
            for copy in tapping:
                for line in teller.tell(copy):
                    print(line, flush=True)
        except KeyboardInterrupt:
            return True
    return False


def _sum_up(tapping: Tapping, *, interrupted: bool, kept: bool) -> None:
    from bus.errors import Broken

    lost = tapping.lost()
    if lost:
        typer.echo(lost, err=True)
    if tapping.over:
        typer.echo("the call has ended", err=True)
    if not interrupted and not tapping.satisfied:
        raise Broken(f"{tapping.seen} messages came", "see: avatar topics")
    raise typer.Exit(1 if lost and kept else 0)
