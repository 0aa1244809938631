"""Verb `avatar bench`: how fast this machine runs the bus, a whole call, and an idle one; whether a long one grows."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from remote.bench.figures import Figure, Tell

Part = Literal["bus", "call", "ear", "idle", "restarts", "split", "soak", "all"]
PARTS = ("bus", "idle", "call")
"""What "all" is: a soak takes an hour, the restarts seven minutes, two hosts four, and the ear needs an extra; they are asked for
by name."""
UP = (sys.executable, "-m", "cli.main", "up")


def bench(
    part: Annotated[Part, typer.Argument(help="What to measure.")] = "all",
    plan: Annotated[
        Path | None,
        typer.Argument(help="Of a soak: the plan to run. Default: one that talks without end.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a figure on stdout.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Few samples: a minute and a half in all.")] = False,
    rounds: Annotated[int, typer.Option(help="How often each bus load and each call is repeated.", min=0)] = 0,
    minutes: Annotated[float, typer.Option(help="How long a soak takes.", min=0.1)] = 60.0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 when a target is missed.")] = False,
) -> None:
    """Measure this machine: delays of the bus, turns, barge-ins and lip sync of a call, and what an idle call costs.

    A soak lets a call talk for an hour, and tells by how much the memory of each process has grown. "restarts" restarts
    and kills every part of a running call, and tells what was heard and seen of it. "ear" measures the turn-manager's engine
    smart-turn. "split" runs a call on two hosts, with a long way between them (it needs sshd on this machine).

    Example: avatar bench call --rounds 2
    """
    from bus.errors import Wrong
    from remote.bench.ear import measure_ear
    from remote.bench.restarts import measure_restarts
    from remote.bench.soak import measure_soak
    from remote.bench.split import measure_split

    if plan and part != "soak":
        raise Wrong("a plan is only for a soak", "avatar bench soak PLAN")
    if part == "soak":
        measured = measure_soak(UP, _tell, minutes=minutes, plan=plan)
    elif part == "ear":
        measured = measure_ear(_tell, count=20 if quick else 100)
    elif part == "restarts":
        measured = measure_restarts(UP, _tell, rounds=rounds or (1 if quick else 2))
    elif part == "split":
        measured = measure_split(UP, _tell)
    else:
        measured = _measured(part, quick, rounds, _tell)
    missed = [_show(figures, as_json) for figures in measured]
    raise typer.Exit(1 if any(missed) and strict else 0)


def _tell(line: str) -> None:
    typer.echo(f"… {line}", err=True)


def _show(figures: Sequence[Figure], as_json: bool) -> bool:
    """Prints figures; gives whether one misses its target."""
    import msgspec

    from remote.bench.figures import lines, table

    colours = {"ok": typer.colors.GREEN, "miss": typer.colors.RED}
    if as_json:
        for line in lines(figures):
            print(msgspec.json.encode(line).decode(), flush=True)
    else:
        for verdict, text in table(figures):
            typer.echo(f"{typer.style(f'{verdict:<4}', fg=colours.get(verdict))}  {text}")
    return any(figure.verdict == "miss" for figure in figures)


def _measured(part: Part, quick: bool, rounds: int, tell: Tell) -> Iterator[list[Figure]]:
    """The figures of one part after the other."""
    from remote.bench.call import INTERRUPTIONS, measure_calls
    from remote.bench.hop import measure_hops
    from remote.bench.idle import measure_idle

    for one in PARTS if part == "all" else (part,):
        if one == "bus":
            times = rounds or (1 if quick else 3)
            yield from measure_hops(tell, rounds=times, seconds=4 if quick else 10, burst=20_000 if quick else 60_000)
        elif one == "idle":
            yield from measure_idle(UP, tell, seconds=5 if quick else 20)
        else:
            count = 4 if quick else INTERRUPTIONS
            demos = rounds or (0 if quick else 1)
            yield from measure_calls(UP, tell, demos=demos, hasty=count, starts=0 if quick else 2)
