"""Evening of a call in the foreground: started, shown, ended, summed up. What `avatar up` does."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

import msgspec
from rich.console import Console
from rich.markup import escape

from actors.gpu import gpus
from bus.client import Client
from bus.errors import AvatarError, Broken
from bus.link import Delivery
from bus.messages.stage import StageAddress
from remote.applying import ask_once
from remote.director import Audience, Director, EndedBadly
from remote.finish import record_folders
from remote.minute_taking import MinuteTaking
from remote.minutes import Minutes
from remote.platform import on_closing
from remote.session import Ending, Session
from remote.terminal import Terminal
from remote.watching import Watching
from topology.choice import choices, settle
from topology.gpu_memory import gpu_loads
from topology.lacks import expect_ready, lacks_of
from topology.plan import LOCAL, Plan

ADDRESS_S = 5.0
"""How long one who leaves waits for the address of the stage page."""


class Everybody:
    """Tells several audiences."""

    def __init__(self, *audiences: Audience) -> None:
        self._audiences = list(audiences)

    def join(self, *audiences: Audience) -> None:
        """More of them."""
        self._audiences += audiences

    def starting(self, ready: int, actors: int) -> None:
        for audience in self._audiences:
            audience.starting(ready, actors)

    def linking(self, host: str, words: str) -> None:
        for audience in self._audiences:
            audience.linking(host, words)

    def running(self, seconds: float) -> None:
        for audience in self._audiences:
            audience.running(seconds)

    def message(self, delivery: Delivery) -> None:
        for audience in self._audiences:
            audience.message(delivery)

    def ending(self) -> None:
        for audience in self._audiences:
            audience.ending()


def spend(plan: Plan, *, detach: bool, quiet: bool, watch: Path | None = None) -> int:
    """Runs a plan in the foreground (or starts it and leaves); gives the exit code. Raises what a person must know.

    `watch`: the plan's file, when what is saved in it is to be applied.
    """
    plan = settle(plan, LOCAL)
    lacks = lacks_of(plan, LOCAL)
    expect_ready(lacks)
    terminal = _terminal(quiet=quiet, end="avatar down ends it" if detach else "Ctrl-C ends it")
    everybody = Everybody(terminal)
    director = Director.of(plan, everybody)
    minutes = [] if detach else [Minutes(folder) for folder in record_folders(plan)]
    everybody.join(*minutes)
    for choice in choices(plan):
        terminal.line(f"[dim]auto[/] {escape(choice)}")
    for load in gpu_loads(plan, {LOCAL: max((gpu.total_mb for gpu in gpus()), default=0)}):
        if not load.fits:
            terminal.line(f"[red]      ![/] {escape(load.line())}")
    for lack in lacks:
        terminal.line(f"[red]      ![/] {escape(lack.what)}; {escape(lack.todo)}")
    if detach and record_folders(plan):
        terminal.line("transcript.jsonl and latency.json are written only while an `avatar up` shows the call")
    try:
        _obey_signals(director)
        with _ended_if_it_fails(director):
            director.start()
            if detach:
                if "web" in plan.actors:
                    director.show_until(StageAddress, ADDRESS_S)  # it stands nowhere else: it holds a secret
                director.leave()
                terminal.line("the call goes on in the background: avatar status, avatar down")
                return 0
            taking = MinuteTaking(minutes, everybody.join, _warning(terminal, quiet=quiet))
            _follow(director, plan, terminal, watch, taking, quiet=quiet)
        ending = director.end()
    finally:
        _close(terminal, minutes)
    return _sum_up(terminal, ending, director.logs, minutes)


def rejoin(session: Session, plan: Plan, *, quiet: bool, watch: Path | None = None) -> int:
    """Shows a running call whose `avatar up` has gone, until it ends; else like `spend`. `plan`: as its file is now."""
    terminal = _terminal(quiet=quiet)
    everybody = Everybody(terminal)
    director = Director(session, everybody)
    running = session.plan()
    minutes = [Minutes(folder, again=True) for folder in record_folders(running)]
    everybody.join(*minutes)
    terminal.line(f"{session.name} is running: showing it again")
    plan = settle(plan, LOCAL, before=running)
    if msgspec.json.encode(plan) != msgspec.json.encode(running) and watch is None:
        terminal.line("its plan has changed since it was read: avatar apply")
    try:
        _obey_signals(director)
        with _ended_if_it_fails(director):
            director.attend()
            taking = MinuteTaking(minutes, everybody.join, _warning(terminal, quiet=quiet))
            _follow(director, running, terminal, watch, taking, quiet=quiet)
        ending = director.end()
    finally:
        _close(terminal, minutes)
    return _sum_up(terminal, ending, director.logs, minutes)


def _terminal(*, quiet: bool, end: str = "Ctrl-C ends it") -> Terminal:
    return Terminal(Console(quiet=quiet, highlight=False, soft_wrap=True), end=end)


@contextmanager
def _ended_if_it_fails(director: Director) -> Iterator[None]:
    with ExitStack() as failed:  # whoever watched has gone, such as the other end of a pipe: nothing is left running
        failed.callback(director.end)
        yield
        failed.pop_all()


def _follow(
    director: Director, plan: Plan, terminal: Terminal, watch: Path | None, taking: MinuteTaking, *, quiet: bool
) -> None:
    watching = _watching(watch, plan, terminal, quiet=quiet) if watch else None

    def look(client: Client, at_ns: int) -> None:
        taking.look(director.plan, at_ns)
        if watching:
            watching(client, at_ns)

    director.follow(look)


def _warning(terminal: Terminal, *, quiet: bool) -> Callable[[str], None]:
    """What is wrong is told also when nothing else is shown."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True).print if quiet else terminal.line
    return lambda line: errors(f"[red]   plan[/]  {escape(line)}")


def _close(terminal: Terminal, minutes: Sequence[Minutes]) -> None:
    terminal.close()
    for each in minutes:
        each.close()


def _watching(path: Path, plan: Plan, terminal: Terminal, *, quiet: bool) -> Callable[[Client, int], None]:
    """Looks at the plan's files again and again."""
    watching = Watching(
        path,
        plan,
        lambda line: terminal.line(f"[bold]   plan[/]  {escape(line)}"),
        _warning(terminal, quiet=quiet),
    )
    return lambda client, at_ns: watching.look(partial(ask_once, client), at_ns)


def _obey_signals(director: Director) -> None:
    """First Ctrl-C (or a closing terminal): a clean end. Second: at once."""

    def stop() -> None:
        if director.stopping:
            director.kill()
            sys.exit(130)
        director.stopping = True

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGINT, interrupted)
    on_closing(stop)


def _sum_up(terminal: Terminal, ending: Ending, logs: Path, minutes: Sequence[Minutes]) -> int:
    """Tells what there is now. Raises what was not as it should be: the worst of it, the rest goes to the terminal."""
    if minutes:
        folders = ", ".join(str(each.folder) for each in minutes)
        terminal.line(f"[green]✓[/] transcript.jsonl and latency.json in {escape(folders)}")
    for film in ending.movies:
        terminal.line(f"[green]✓[/] {escape(film)}")
    faults: list[AvatarError] = []
    if ending.what:
        faults.append(EndedBadly(ending.what, ending.todo, ending.exit_code or 1))
    faults += [Broken(f"the call had to go on without {each}", f"logs: {logs}") for each in ending.given_up]
    faults += [Broken(each, "the parts of the recording are kept") for each in ending.warnings]
    faults += [Broken(each, "if it must be gone at once, end it there by hand") for each in ending.left_alone]
    faults += [Broken(each.trouble, "make room on that disk") for each in minutes if each.trouble]
    for fault in faults[1:]:
        terminal.line(f"[red]✗[/] {escape(fault.what)}")
    if faults:
        raise faults[0]
    return 0
