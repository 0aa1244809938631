"""Verb `avatar chaos`: a call of its own that is shot at, and the proof of what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from remote.chaos.fault import Done, Kind
    from remote.chaos.run import Order

KINDS_HELP = "Which kinds: kill, restart, stop, hub, agent, change; with --split also move, cut, login, anchor."


def chaos(
    plan: Annotated[Path, typer.Argument(help="The plan, a TOML file.", show_default=False)],
    kills: Annotated[int, typer.Option(min=1, help="How many faults.")] = 20,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed makes the same faults and the same conversation.")
    ] = 1,
    split: Annotated[
        bool, typer.Option("--split", help="Play the plan's other host here, behind an ssh server of its own.")
    ] = False,
    faults: Annotated[str, typer.Option(help=KINDS_HELP, metavar="KIND,...")] = "",
    every: Annotated[float, typer.Option(min=1, help="Seconds between two faults, on average.")] = 4.0,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A new folder for the recording.", show_default="out/chaos-SEED")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Kill, restart and hold random processes of a call while somebody speaks with it, and prove that nothing was lost.

    It runs a copy of the plan as a session of its own: a recorded person asks, picture and sound go into files, and actors
    may die more often than the plan allows. Afterwards the recording is audited. Exit code 1 on any violation.

    With --split the call runs on two hosts, 24 ms apart: processes of both are shot at, and the way between them is cut.

    Example: avatar chaos topology/demo.toml --kills 20 --seed 7

    Example: avatar chaos topology/split.toml --split --kills 20 --seed 7
    """
    from remote.chaos.run import Order
    from topology.reading import read_plan

    kinds, folder = _kinds(faults, split=split), out or Path("out", f"chaos-{seed}")
    order = Order(plan=read_plan(plan), folder=folder, seed=seed, kills=kills, every_s=every, kinds=kinds, split=split)
    _run(order, as_json=as_json)


def _run(order: Order, *, as_json: bool) -> None:
    import msgspec

    from remote.chaos.run import run_chaos
    from remote.chaos.table import lines
    from remote.platform import on_closing

    on_closing(_stop)
    verdict = run_chaos(order, _progress)
    print(msgspec.json.encode(verdict).decode() if as_json else "\n".join(lines(verdict)))
    raise typer.Exit(1 if verdict.violations else 0)


def _stop() -> None:
    raise KeyboardInterrupt  # what Ctrl-C does: nothing is left running


def _kinds(text: str, *, split: bool) -> tuple[Kind, ...]:
    from bus.errors import Wrong
    from remote.chaos.fault import KINDS, SPLIT_KINDS

    known = SPLIT_KINDS if split else KINDS
    wanted = [word.strip() for word in text.split(",") if word.strip()]
    for word in wanted:
        if word not in known:
            raise Wrong(f"there is no fault {word!r}", f"choose from {', '.join(known)}")
    return tuple(kind for kind in known if kind in wanted) or known


def _progress(done: Done, total: int) -> None:
    held = f" for {done.fault.stop_s:g} s" if done.fault.stop_s else ""
    error = f": {done.error}" if done.error else ""
    typer.echo(f"fault {done.fault.number}/{total}  {done.name}{held}{error}", err=True)
