"""Casualties of a call: who died and came back, who was given up; one line each for the person who watches. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from actors.absence import troubles
from bus.clock import SECOND
from bus.messages import ActorHealth, CallHealth


@dataclass(frozen=True, slots=True)
class News:
    """A line, and how loud it is to be said."""

    tone: Literal["lost", "back", "aside"]
    text: str


@dataclass(slots=True)
class Casualties:
    """One state of health after another in, what is new in it out."""

    _before: dict[str, ActorHealth] = field(default_factory=dict)
    _died_ns: dict[str, int] = field(default_factory=dict)
    _lost: set[str] = field(default_factory=set)
    _told: tuple[str, ...] = ()

    def news(self, health: CallHealth, at_ns: int) -> list[News]:
        """What to say at `at_ns` (this host's clock)."""
        lost = [News("lost", line) for line in troubles(health) if line not in self._told]
        self._told = troubles(health)
        news = [told for each in health.actors if (told := self._of(each, at_ns))]
        self._before = {each.actor: each for each in health.actors}
        return [*lost, *news]

    def _of(self, now: ActorHealth, at_ns: int) -> News | None:
        before = self._before.get(now.actor)
        if now.state == "given up":
            self._lost.add(now.actor)
            self._died_ns.pop(now.actor, None)
            return None
        replaced = before is not None and now.restarts > before.restarts and (now.pid == 0 or now.pid != before.pid)
        if replaced and now.error:  # else it was meant
            self._died_ns.setdefault(now.actor, at_ns)
        if now.state != "running":
            return None
        if now.actor in self._lost:
            self._lost.discard(now.actor)
            self._died_ns.pop(now.actor, None)
            return News("back", f"{now.actor} is back")
        if (died_ns := self._died_ns.pop(now.actor, None)) is not None:
            after = (
                f" after {_seconds(at_ns - died_ns)}" if at_ns > died_ns else ""
            )  # a host agent tells when it is back
            return News("aside", f"{now.actor} was lost ({now.error}) and is back{after}")
        return None


def _seconds(ns: int) -> str:
    return f"{ns / SECOND:.1f} s"
