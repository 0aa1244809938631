"""Small call of the hub's model: a hub, the processes of a small call, and everything that may happen to them.

p, q --seed, fact, fad--> w (and w#1) --fruit, echo--> s        boss --cut--> everybody
  \\------------fact------------------------------------^
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

from bus.clock import MS
from bus.control import Activate, decode_word
from bus.envelope import NO_CAUSE
from bus.hub import Hub
from bus.messages import Cut
from bus.roster import identity_of
from tests.bus.audit import Audit
from tests.bus.lives import PORT, Fact, Fad, Life, Seed
from tests.bus.steward import Steward
from tests.bus.wires import KEYS, Air, Line, WireNetwork

CREDIT = 3
ROOM = 6
Step = Callable[[], object]


@dataclass
class Seat:
    """Which process has a name."""

    current: Life | None = None
    successor: Life | None = None
    epoch: int = 0
    unreported: list[Life] = field(default_factory=list)
    """Ended, and the host agent has not noticed yet."""


class SmallCall:
    """Does what it is told, one small step at a time; the audit looks on."""

    def __init__(self) -> None:
        logging.disable(logging.CRITICAL)
        self._patches = [patch("bus.group.CREDIT_ITEMS", CREDIT), patch("bus.outbox.OUTBOX_ITEMS", ROOM)]
        for one in self._patches:
            one.start()
        self.air = Air()
        self.gen = 1
        self.deaths = 0
        self.has_replicas = False
        self.given_up = self.forgotten = False
        self.lives: list[Life] = []
        self.zombies: list[Life] = []
        self.audit = Audit(self)
        self.hub: Hub | None = None
        self.start_hub()
        self.steward = Steward(self.air)
        self.seats = {name: Seat() for name in ("s", "w", "p", "q", "boss")}
        for name in self.seats:
            self.spawn(name)
        self.run_dry()

    def close(self) -> None:
        """Real time and real limits again."""
        self.air.close()
        for one in self._patches:
            one.stop()
        logging.disable(logging.NOTSET)

    @property
    def living(self) -> list[Life]:
        """Processes that run, and that everybody knows to run."""
        return [life for life in self.lives if life not in self.zombies]

    # --- small steps ----------------------------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        """Everything that can happen next by itself."""
        steps: list[Step] = [lambda w=way: self._move(*w) for way in self.air.ways()]  # type: ignore[misc]
        if self.hub and (self.hub.poller.wait(0) or self.hub.log.is_patient):
            steps.append(self.hub.turn)
        for life in self.lives:
            if life.is_busy:
                steps.append(life.do)
            if life.bell.call:
                steps.append(life.bell.ring)
            if life.leaving and life.work is None:
                steps.append(lambda one=life: self.leave(one))  # type: ignore[misc]
        for name, seat in self.seats.items():
            if seat.unreported:
                steps.append(lambda one=name: self._report(one))  # type: ignore[misc]
            elif not (seat.current or seat.successor) and not (self.given_up and name.startswith("w")):
                steps.append(lambda one=name: self.spawn(one))  # type: ignore[misc]
        return steps

    def flow(self, chance: int, count: int) -> None:
        """So many small steps, chosen by chance."""
        draw = random.Random(chance)
        for _ in range(count):
            steps = self.steps()
            if steps:
                draw.choice(steps)()

    def _move(self, line: Line, up: bool) -> None:
        frames = line.down[0] if not up and line.down else None
        self.air.move(line, up=up)
        if line.peer.owner == "agent":
            self.steward.turn()
            self._heed()
            return
        if frames and line.peer.kind == "dealer":
            self.audit.told(line.peer.owner, frames)
        for life in self.lives:
            if life.owner == line.peer.owner and (not up or line.peer.watched):
                life.turn()

    def _said(self, identity: bytes, frames: Sequence[bytes]) -> None:
        """The hub says a word."""
        if isinstance(decode_word(frames[0]), Activate):
            name, _, epoch = identity.decode().rpartition("#")
            self.audit.activated(name, int(epoch))

    # --- the host agent -------------------------------------------------------------------------------------------

    def spawn(self, name: str) -> None:
        """A process starts; when it is ready, it takes the seat."""
        seat = self.seats.setdefault(name, Seat())
        if seat.successor:
            return
        seat.epoch += 1
        seat.successor = Life(self.air, name, seat.epoch, self.audit.handled)
        self.lives.append(seat.successor)
        seat.successor.turn()
        if name.startswith("w"):
            self.steward.reserve("w", "s")
            self.given_up = False
            self.has_replicas = self.has_replicas or name == "w#1"

    def _heed(self) -> None:
        for notice in list(self.steward.notices):
            self.steward.notices.popleft()
            seat = self.seats.get(notice.name)
            if seat is None or seat.successor is None or seat.successor.epoch != notice.epoch:
                continue
            if notice.event == "ready":
                seat.current = None  # on its way out, whatever becomes of its successor
                self.steward.tell("activate", notice.name, notice.epoch)
            elif notice.event == "active":
                seat.current, seat.successor = seat.successor, None

    def _report(self, name: str) -> None:
        life = self.seats[name].unreported.pop(0)
        self.audit.reported(life)
        self.steward.tell("gone", name, life.epoch)

    def _ended(self, life: Life) -> None:
        if life in self.zombies:
            self.zombies.remove(life)
        self._vacate(life)
        self.seats[life.name].unreported.append(life)

    def _vacate(self, life: Life) -> None:
        seat = self.seats[life.name]
        seat.current = None if seat.current is life else seat.current
        seat.successor = None if seat.successor is life else seat.successor

    def give_up(self) -> None:
        """All of w's processes are ended, and nothing is kept for it any more."""
        for life in [life for life in self.lives if life.group == "w"]:
            self.crash(life, 0)
        self.given_up = self.forgotten = True
        self.audit.excused_worker |= set(self.audit.produced)
        for name in ("w", "w#1"):
            while name in self.seats and self.seats[name].unreported:
                self._report(name)
        self.steward.reserve("s")
        self.steward.tell("forget", "w")

    # --- what befalls processes -----------------------------------------------------------------------------------

    def produce(self, life: Life, kind: type[Seed | Fact | Fad], behind: int) -> None:
        """A producer makes something, of this generation or an older one."""
        gen = max(1, self.gen - behind)
        message = life.produce(kind, gen)
        if isinstance(message, Seed | Fact):
            self.audit.produced[message.origin, message.n] = (message, gen if isinstance(message, Seed) else 0)

    def crash(self, life: Life, chance: int) -> None:
        """kill -9. The host agent notices later."""
        self.audit.dies(life, killed=True)
        self.deaths += 1
        life.here = False
        self.lives.remove(life)
        self.air.kill(life.owner, chance)
        self._ended(life)

    def leave(self, life: Life) -> None:
        """A process ends in order."""
        self.audit.dies(life, killed=life in self.zombies)
        self.lives.remove(life)
        life.leave()
        self._ended(life)

    def declare_dead(self, life: Life) -> None:
        """The host agent takes a process that is only slow for dead."""
        self.deaths += 1
        self.zombies.append(life)
        self._vacate(life)
        self.steward.tell("gone", life.name, life.epoch)

    def cut(self, life: Life) -> None:
        """A barge-in."""
        if life.active and not life.leaving:
            self.gen += 1
            life.sender.send_now(Cut(below_gen=self.gen), NO_CAUSE)

    # --- the hub --------------------------------------------------------------------------------------------------

    def start_hub(self) -> None:
        """A hub begins, or takes the place of one that died."""
        self.hub = Hub(KEYS, PORT if self.audit.hubs else 0, wires=WireNetwork(self.air, "hub", hub=True))
        self.audit.watch(self.hub)
        self.air.said = self._said

    def crash_hub(self, chance: int) -> None:
        """kill -9 of the hub."""
        assert self.hub
        self.audit.hub_dies(self.hub)
        self.air.kill_hub(chance)
        self.hub = None

    def tick(self, ms: int) -> None:
        """Time passes. A hub that is new waits for its peers; that all of them come in this time is what it counts on."""
        hub = self.hub
        if hub and hub.gathering_ns:
            self._introduce(hub)
        self.air.at_ns += ms * MS
        self.steward.turn()
        for life in self.lives:
            life.turn()
        if hub:
            hub.turn()

    def _introduce(self, hub: Hub) -> None:
        for _ in range(1_000):
            missing = {identity_of(life.name, life.epoch) for life in self.living if not life.leaving} | {b"agent#1"}
            missing -= hub.roster.peers.keys()
            if not missing:
                return
            for line, up in self.air.ways():
                if line.peer.kind == "dealer":
                    self._move(line, up)
            hub.turn()
        raise AssertionError(f"strangers to the hub: {missing}")

    # --- the end --------------------------------------------------------------------------------------------------

    def run_dry(self) -> None:
        """Everything happens that can happen by itself."""
        patience = 5
        for turn in range(4_000):
            steps = self.steps()
            if not steps or not patience:
                return
            waits = self.hub is not None and steps == [self.hub.turn] and not self.hub.poller.wait(0)
            patience = patience - 1 if waits else 5
            steps[turn % len(steps)]()
        raise AssertionError("it never comes to rest")

    def finish(self) -> None:
        """No more mishaps: in the end everything has been handled, and nothing is kept."""
        for life in list(self.zombies):
            self.crash(life, 0)
        if self.hub is None:
            self.start_hub()
        for _ in range(40):
            self.run_dry()
            for life in self.lives:
                life.holds_next = False
                life.unit.finish()
            self.tick(150)
        hub = self.hub
        assert hub
        self.audit.nothing_is_missing()
        for life in self.lives:
            assert life.link.unsettled == 0, f"{life.owner} keeps {life.link.unsettled} messages for ever"
        assert hub.log._unsettled == {}
        for group in hub.log.groups.values():
            assert not group.waiting
            assert not group.deaths
