"""Evening of a call in the foreground: started, shown, ended, summed up. What `avatar up` does."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from rich.console import Console

from bus.errors import Broken
from bus.link import Delivery
from remote.director import Audience, Director, EndedBadly
from remote.finish import record_folders
from remote.minutes import Minutes
from remote.platform import on_closing
from remote.session import Ending
from remote.terminal import Terminal
from topology.plan import Plan


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

    def running(self, seconds: float) -> None:
        for audience in self._audiences:
            audience.running(seconds)

    def message(self, delivery: Delivery) -> None:
        for audience in self._audiences:
            audience.message(delivery)

    def ending(self) -> None:
        for audience in self._audiences:
            audience.ending()


def spend(plan: Plan, *, detach: bool, quiet: bool) -> int:
    """Runs a plan in the foreground (or starts it and leaves); gives the exit code. Raises what a person must know."""
    terminal = Terminal(Console(quiet=quiet, highlight=False, soft_wrap=True))
    everybody = Everybody(terminal)
    director = Director.of(plan, everybody)
    minutes = [Minutes(folder) for folder in record_folders(plan)]
    everybody.join(*minutes)
    try:
        _obey_signals(director)
        director.start()
        if detach:
            director.leave()
            terminal.line("the call goes on in the background: avatar status, avatar down")
            return 0
        director.follow()
        ending = director.end()
    finally:
        terminal.close()
        for each in minutes:
            each.close()
    return _sum_up(terminal, minutes, plan, ending)


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


def _sum_up(terminal: Terminal, minutes: list[Minutes], plan: Plan, ending: Ending) -> int:
    for film in ending.movies:
        terminal.line(f"[green]✓[/] {film}")
    if minutes:
        terminal.line(f"[green]✓[/] transcript.jsonl and latency.json in {', '.join(map(str, record_folders(plan)))}")
    if ending.what:
        raise EndedBadly(ending.what, ending.todo, ending.exit_code or 1)
    if ending.warnings:
        raise Broken(ending.warnings[0], "the parts of the recording are kept")
    return 0
