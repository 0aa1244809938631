"""Verb `avatar bench`: how fast this machine runs the bus, a whole call, and an idle one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from remote.bench.figures import Figure, Tell

Part = Literal["bus", "call", "idle", "all"]
PARTS = ("bus", "idle", "call")
UP = (sys.executable, "-m", "cli.main", "up")


def bench(
    part: Annotated[Part, typer.Argument(help="What to measure.")] = "all",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a figure on stdout.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Few samples: a minute and a half in all.")] = False,
    rounds: Annotated[int, typer.Option(help="How often each bus load and each call is repeated.", min=0)] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 when a target is missed.")] = False,
) -> None:
    """Measure this machine: delays of the bus, turns, barge-ins and lip sync of a call, and what an idle call costs.

    Example: avatar bench call --rounds 2
    """
    import msgspec

    from remote.bench.figures import lines, table

    colours = {"ok": typer.colors.GREEN, "miss": typer.colors.RED}
    missed = False
    for figures in _measured(part, quick, rounds, lambda line: typer.echo(f"… {line}", err=True)):
        missed |= any(figure.verdict == "miss" for figure in figures)
        if as_json:
            for line in lines(figures):
                print(msgspec.json.encode(line).decode(), flush=True)
            continue
        for verdict, text in table(figures):
            typer.echo(f"{typer.style(f'{verdict:<4}', fg=colours.get(verdict))}  {text}")
    raise typer.Exit(1 if missed and strict else 0)


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
