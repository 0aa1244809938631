"""Terminal view of a call: who speaks, what was said and heard, and where each turn's time went."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from bus.link import Delivery
from bus.messages import CallHealth, CameraHealth, Caption, Partial, TurnState, UserSaid
from bus.messages.stage import StageAddress, TurnTimeline
from remote.casualties import Casualties

_PHASES = {
    "listening": "[green]● listening[/]",
    "user-speaking": "[cyan]● you are speaking[/]",
    "thinking": "[yellow]● thinking[/]",
    "speaking": "[magenta]● speaking[/]",
    "paused": "[yellow]● holding[/]",
    "interrupted": "[red]● interrupted[/]",
}


_TONES = {"lost": "[red]      ! {}[/]", "back": "[green]      ✓ {}[/]", "aside": "[dim]      · {}[/]"}


class Terminal:
    """Prints finished lines; on a real terminal the line below them is live."""

    def __init__(self, console: Console | None = None, *, end: str = "Ctrl-C ends it") -> None:
        """`end`: how the person ends the call."""
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._end = end
        self._live: Status | None = None
        self._phase = "listening"
        self._partial = ""
        self._caption = ""
        self._trouble = self._address = ""
        self._casualties = Casualties()
        self._user_shown: tuple[int, str] = (0, "")

    def starting(self, ready: int, actors: int) -> None:
        """Progress while the actors load."""
        self._status(f"starting: {ready} of {actors} actors ready")

    def linking(self, host: str, words: str) -> None:
        """How far the connection to another host is."""
        self.line(f"[bold]{host:>7}[/]  {escape(words)}")

    def running(self, seconds: float) -> None:
        """All actors run."""
        self.line(f"[green]✓[/] the call is up after {seconds:.1f} s   [dim]({self._end})[/]")
        self._refresh()

    def ending(self) -> None:
        """The call is being ended."""
        self._status("ending the call")

    def message(self, delivery: Delivery) -> None:
        """Shows what a person would want to see."""
        turn = delivery.header.turn
        match delivery.message:
            case StageAddress(url=url) if url != self._address:
                self._address = url
                self.line(f"[bold]open[/] [link={url}]{escape(url)}[/link]")
            case TurnState(phase=phase):
                self._phase = phase
            case Partial(text=text):
                self._partial = text
            case UserSaid(text=text):
                self._partial = ""
                if self._user_shown != (turn, text):
                    self._user_shown = (turn, text)
                    self.line(f"[cyan]    you[/]  {escape(text)}")
            case TurnTimeline() as times:
                self.line(f"[dim]         {describe(times)}[/]")
            case Caption(text=text, done=done, interrupted=interrupted, written=written):
                self._caption = "" if done else text
                if done and text:
                    mark = " [red]— interrupted[/]" if interrupted else " [dim](in writing)[/]" if written else ""
                    self.line(f"[magenta] avatar[/]  {escape(text)}{mark}")
            case CallHealth() as health:
                self._health(health, delivery.received_ns)
            case CameraHealth(trouble=trouble):
                if trouble and trouble != self._trouble:
                    self.line(f"[red]      ![/] {escape(trouble)}")
                self._trouble = trouble
            case _:
                return
        self._refresh()

    def _health(self, health: CallHealth, at_ns: int) -> None:
        for news in self._casualties.news(health, at_ns):
            self.line(_TONES[news.tone].format(escape(news.text)))

    def line(self, text: str) -> None:
        """One line that stays."""
        self._console.print(text)

    def close(self) -> None:
        """Takes the live line away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _refresh(self) -> None:
        words = self._caption if self._phase in ("speaking", "paused") else self._partial
        self._status(f"{_PHASES.get(self._phase, self._phase)}  {escape(words[-100:])}")

    def _status(self, text: str) -> None:
        if not self._console.is_terminal:
            return
        if self._live is None:
            self._live = self._console.status(text, spinner="dots")
            self._live.start()
        self._live.update(text)


def describe(times: TurnTimeline) -> str:
    """One line: total, and the stages that a person can do something about."""
    parts: dict[str, float] = {}
    for stage in times.stages:
        name = {"wait": "end-of-turn wait", "bus": "overhead"}.get(stage.kind, stage.actor)
        parts[name] = parts.get(name, 0.0) + stage.ms
    split = " · ".join(f"{name} {ms:.0f}" for name, ms in parts.items())
    return f"{times.total_ms:.0f} ms from your last word to the first sound: {split}"
