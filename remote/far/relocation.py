"""Relocation: a change of plan in a call on several hosts. All load what is new; then whoever moves drains where it was; then
all take over. So two of one name never work at once, and what waits for one that moves waits for its successor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from bus.client import Question
from bus.clock import MS, SECOND
from bus.errors import AvatarError, Broken
from remote.applied import Applied, Gate, steps_of
from remote.changeover import ChangeOver
from remote.wish import Wish
from topology.change import change
from topology.plan import Plan

_log = logging.getLogger(__name__)

ASK_NS = 100 * MS
AGAIN_NS = 2 * SECOND
LOAD_S = 180.0
"""How long all may take to load, the connection to a new host included."""
NEXT: dict[str, Gate] = {"loaded": "part", "parted": "take"}


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
        return Applied("done" if all(each.phase == "done" for each in every) else "taking", steps)

    def step(self, at_ns: int) -> None:
        """Goes on when it can. Raises StartFailed."""
        self._began_ns = self._began_ns or at_ns
        self._here.step()
        for host in self._there:
            self._converse(host, at_ns)
        every = {"local": self._here.applied, **self._there}
        for host, applied in every.items():
            if applied.what and self._error is None:
                self._refuse(Broken(f"{host}: {applied.what}", applied.todo))
        gate = self._wish.gate
        if gate == "load" and self._error is None and at_ns - self._began_ns > LOAD_S * SECOND:
            self._refuse(Broken(f"not all had loaded within {LOAD_S:g} s", "see: avatar status"))
        ready = {"load": "loaded", "part": "parted"}.get(gate)
        if self._error is None and ready and all(each.phase == ready for each in every.values()):
            self._wish = msgspec.structs.replace(self._wish, gate=NEXT[ready])
            self._here.open(self._wish.gate)

    def _refuse(self, error: AvatarError) -> None:
        """Before anybody has parted nothing has changed anywhere."""
        _log.error("a change of plan is refused: %s", error.what)
        self._error = error
        if self._wish.gate == "load":
            self._wish = msgspec.structs.replace(self._wish, cancelled=True)
            self._here.cancel(error)

    def _converse(self, host: str, at_ns: int) -> None:
        asked = self._questions.get(host)
        if asked and asked[0].answered:
            del self._questions[host]
            try:
                self._there[host] = asked[0].answer(0)
            except Broken as error:
                _log.info("%s does not answer: %s", host, error.what)
        elif asked and at_ns - asked[1] > AGAIN_NS:
            del self._questions[host]
        if host not in self._questions and at_ns - self._asked_ns.get(host, 0) > ASK_NS and not self._there[host].over:
            self._asked_ns[host] = at_ns
            self._questions[host] = (self._ask(host, self._wish), at_ns)
