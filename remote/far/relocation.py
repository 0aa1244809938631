"""Relocation: a change of plan in a call on several hosts. All load what is new; then whoever moves drains where it was; then
all take over; then who is not needed any more goes. So two of one name never work at once, and what waits for one that moves
waits for its successor.

Until all have taken over, one that cannot turns all of them back: first everybody goes who came from another host, then those
who were there before come back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import get_args

import msgspec

from bus.client import Question
from bus.clock import MS, SECOND
from bus.errors import AvatarError, Broken
from remote.applied import Applied, Gate, Phase, steps_of
from remote.changeover import ChangeOver
from remote.wish import Wish
from topology.change import change
from topology.plan import LOCAL, Plan

_log = logging.getLogger(__name__)

ASK_NS = 100 * MS
AGAIN_NS = 2 * SECOND
LOAD_S = 180.0
"""How long all may take to load, the connection to a new host included."""
OUT_S = 15.0
"""How long a host may give no answer while somebody is between two hosts."""
NEXT: dict[Gate, tuple[Phase, Gate]] = {
    "load": ("loaded", "part"),
    "part": ("parted", "take"),
    "take": ("taken", "leave"),
}
"""Where all hosts must be before the next gate opens."""
_ORDER: tuple[Phase, ...] = get_args(Phase)


class Relocation:
    """One change. `ask` puts a wish to the host agent of another host; `begin` starts it on this one."""

    def __init__(
        self,
        wish: Wish,
        old: Plan,
        hosts: tuple[str, ...],
        ask: Callable[[str, Wish], Question[Applied]],
        begin: Callable[[Wish], ChangeOver],
    ) -> None:
        self._wish = msgspec.structs.replace(wish, gate="load")
        self._old = old
        self._ask = ask
        self._here = begin(self._wish)
        self._there: dict[str, Applied] = {host: Applied("loading") for host in hosts}
        self._questions: dict[str, tuple[Question[Applied], int]] = {}
        self._asked_ns: dict[str, int] = {}
        self._heard_ns: dict[str, int] = {}
        self._began_ns = 0
        self._error: AvatarError | None = None

    @property
    def applied(self) -> Applied:
        """How far it is, everywhere."""
        every = (self._here.applied, *self._there.values())
        if self._error is not None:
            over = all(each.over for each in every)
            error = self._error
            return Applied("refused" if over else "returning", (), error.what, error.todo, error.exit_code)
        took_s = {step.name: step.took_s for each in every for step in each.steps if step.took_s}
        steps = steps_of(change(self._old, self._wish.plan), self._old, self._wish.plan, took_s)
        return Applied(min((each.phase for each in every), key=_ORDER.index), steps)

    def step(self, at_ns: int) -> None:
        """Goes on when it can. Raises StartFailed."""
        self._began_ns = self._began_ns or at_ns
        self._here.step()
        for host in self._there:
            self._converse(host, at_ns)
        every = {LOCAL: self._here.applied, **self._there}
        for host, applied in every.items():
            if applied.what and self._error is None:
                self._refuse(Broken(f"{host}: {applied.what}", applied.todo))
        if self._error is None and (late := self._late(at_ns)):
            self._refuse(late)
        self._open_next(every, at_ns)

    def _open_next(self, every: dict[str, Applied], at_ns: int) -> None:
        gate = self._wish.gate
        if self._error is None and gate in NEXT:
            phase, following = NEXT[gate]
            if all(each.phase == phase for each in every.values()):
                self._open(following)
        elif self._error is not None and gate != "return":
            waits = [h for h, each in every.items() if not each.over and each.phase not in ("receded", "returning")]
            if all(host != LOCAL and self._is_out(host, at_ns) for host in waits):
                self._open("return")

    def _open(self, gate: Gate) -> None:
        self._wish = msgspec.structs.replace(self._wish, gate=gate)
        self._here.open(gate)

    def _late(self, at_ns: int) -> Broken | None:
        gate = self._wish.gate
        if gate == "load" and at_ns - self._began_ns > LOAD_S * SECOND:
            return Broken(f"not all had loaded within {LOAD_S:g} s", "see: avatar status")
        out = [host for host in self._there if gate in ("part", "take") and self._is_out(host, at_ns)]
        return Broken(f"{', '.join(out)} gives no answer", "see: avatar status") if out else None

    def _is_out(self, host: str, at_ns: int) -> bool:
        """Whoever comes back later finds by the numbers of the processes that it is not wanted any more."""
        return at_ns - self._heard_ns.get(host, self._began_ns) > OUT_S * SECOND

    def _refuse(self, error: AvatarError) -> None:
        """All go back, wherever they are; a host agent that begins only now is to do as the old plan says."""
        _log.error("a change of plan is refused: %s", error.what)
        self._error = error
        self._wish = msgspec.structs.replace(self._wish, cancelled=True, plan=self._old)
        self._here.cancel(error)

    def _converse(self, host: str, at_ns: int) -> None:
        asked = self._questions.get(host)
        if asked and asked[0].answered:
            del self._questions[host]
            try:
                self._there[host] = asked[0].answer(0)
                self._heard_ns[host] = at_ns
            except Broken as error:
                _log.info("%s does not answer: %s", host, error.what)
        elif asked and at_ns - asked[1] > AGAIN_NS:
            del self._questions[host]
        if host not in self._questions and at_ns - self._asked_ns.get(host, 0) > ASK_NS and not self._there[host].over:
            self._asked_ns[host] = at_ns
            self._questions[host] = (self._ask(host, self._wish), at_ns)
