"""Verb `avatar chaos`: a call of its own that is shot at, and the proof of what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from remote.chaos.fault import Done, Kind


def chaos(
    plan: Annotated[Path, typer.Argument(help="The plan, a TOML file.", show_default=False)],
    kills: Annotated[int, typer.Option(min=1, help="How many faults.")] = 20,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed makes the same faults and the same conversation.")
    ] = 1,
    faults: Annotated[
        str, typer.Option(help="Which kinds: kill, restart, stop, hub, agent, change.", metavar="KIND,...")
    ] = "",
    every: Annotated[float, typer.Option(min=1, help="Seconds between two faults, on average.")] = 4.0,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A new folder for the recording.", show_default="out/chaos-SEED")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Kill, restart and hold random processes of a call while somebody speaks with it, and prove that nothing was lost.

    It runs a copy of the plan as a session of its own: a recorded person asks, picture and sound go into files, and actors
    may die more often than the plan allows. Afterwards the recording is audited. Exit code 1 on any violation.

    Example: avatar chaos topology/demo.toml --kills 20 --seed 7
    """
    import msgspec

    from remote.chaos.run import Order, run_chaos
    from remote.chaos.table import lines
    from remote.platform import on_closing
    from topology.reading import read_plan

    on_closing(_stop)
    folder = out or Path("out", f"chaos-{seed}")
    order = Order(plan=read_plan(plan), folder=folder, seed=seed, kills=kills, every_s=every, kinds=_kinds(faults))
    verdict = run_chaos(order, _progress)
    if as_json:
        print(msgspec.json.encode(verdict).decode())
    else:
        for line in lines(verdict):
            print(line)
    raise typer.Exit(1 if verdict.violations else 0)


def _stop() -> None:
    raise KeyboardInterrupt  # what Ctrl-C does: nothing is left running


def _kinds(text: str) -> tuple[Kind, ...]:
    from bus.errors import Wrong
    from remote.chaos.fault import KINDS

    wanted = [word.strip() for word in text.split(",") if word.strip()]
    for word in wanted:
        if word not in KINDS:
            raise Wrong(f"there is no fault {word!r}", f"choose from {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in wanted) or KINDS


def _progress(done: Done, total: int) -> None:
    held = f" for {done.fault.stop_s:g} s" if done.fault.stop_s else ""
    error = f": {done.error}" if done.error else ""
    typer.echo(f"fault {done.fault.number}/{total}  {done.name}{held}{error}", err=True)
