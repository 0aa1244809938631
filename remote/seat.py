"""Seat in the call: which process holds it, which one is in standby, when the next one comes."""

from __future__ import annotations

from dataclasses import dataclass, field

import psutil

from bus.control import Ask
from bus.errors import AvatarError
from bus.messages import SeatState
from remote.child import Child
from remote.policy import RestartPolicy
from topology.change import Unit
from topology.plan import SERVICE, Placement


@dataclass(slots=True)
class Load:
    """What a process costs, sampled now and then."""

    process: psutil.Process | None = None
    cpu_percent: float = 0.0
    memory_mb: float = 0.0
    others: dict[int, Load] = field(default_factory=dict)
    """Of the processes that it has started, by pid."""

    def sample(self, pid: int) -> None:
        """Takes a sample; the CPU share is that since the sample before."""
        try:
            if self.process is None or self.process.pid != pid:
                self.process = psutil.Process(pid)
            self.cpu_percent = self.process.cpu_percent()
            self.memory_mb = self.process.memory_info().rss / 2**20
        except psutil.Error:
            self.process = None

    def sample_all(self, pid: int) -> None:
        """The same of a process with all that it has started: the server of a service."""
        self.sample(pid)
        found = [] if self.process is None else _offspring(self.process)
        self.others = {each.pid: self.others.get(each.pid, Load()) for each in found}
        for each, load in self.others.items():
            load.sample(each)
            self.cpu_percent += load.cpu_percent
            self.memory_mb += load.memory_mb


def _offspring(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


@dataclass(slots=True, eq=False)
class Understudy:
    """A process in standby for a plan that is not decided yet (remote/changeover.py)."""

    child: Child
    placement: Placement
    ready: bool = False
    failed: AvatarError | None = None
    """Why it has gone."""


@dataclass(slots=True, eq=False)
class Seat:
    """One process of an actor of the plan on this host; an actor with replicas has several seats."""

    placement: Placement
    policy: RestartPolicy
    replica: int = 0
    state: SeatState = "starting"
    epoch: int = 0
    current: Child | None = None
    successor: Child | None = None
    """In standby, or about to be; it takes the seat when it is activated."""
    understudy: Understudy | None = None
    retired: list[Child] = field(default_factory=list)
    """Their successor was told to take over: on their way out."""
    restart_at_ns: int = 0
    restarts: int = 0
    since_ns: int = 0
    error: str = ""
    asked: list[Ask] = field(default_factory=list)
    """Who waits to hear that the actor was replaced."""
    leaving: bool = False
    """It is taken out of the call: nobody follows."""
    moves: bool = False
    """Somebody follows on another host: what waits for it is kept."""
    told_ns: int = 0
    """When those who leave were last told to."""
    needs_services: bool = False
    """It failed while a service was away: its next process waits for that."""
    load: Load = field(default_factory=Load)

    @property
    def name(self) -> str:
        """Its process's name on the bus: that of the actor, with a number for the further replicas: "tts", "tts#1"."""
        return str(Unit(self.placement.actor, self.replica))

    @property
    def is_service(self) -> bool:
        """Whether an engine server sits here, and no actor."""
        return self.placement.engine == SERVICE

    @property
    def command(self) -> tuple[str, ...]:
        """How Python is told to run its process; its name comes behind."""
        return ("-m", "remote.serving") if self.is_service else ("-m", "actors")

    def wait_for_services(self, at_ns: int) -> None:
        """Its next process comes when the services are back; what happened so far does not count against it."""
        self.policy.deaths.clear()
        self.state, self.restart_at_ns, self.needs_services = "waiting", at_ns, True

    def vacate(self, child: Child) -> None:
        """It is gone: whoever sits here or was about to."""
        if child is self.successor:
            self.successor = None
        else:
            self.current = None

    def child(self, epoch: int) -> Child | None:
        """Its process of that epoch, when it still has it."""
        return next((c for c in self.children if c.epoch == epoch), None)

    @property
    def children(self) -> list[Child]:
        """All its processes."""
        waiting = self.understudy.child if self.understudy and not self.understudy.failed else None
        return [c for c in (self.current, self.successor, waiting, *self.retired) if c is not None]
