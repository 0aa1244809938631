"""Relief of a host's services by those of another plan: who stands by beside whom, and who must go first for its port.

A server of the new plan starts beside that of the old one, and takes its place when all actors have taken theirs. One that
wants the port of another one cannot: that one makes way, and is brought back when the plan is refused after all.
"""

from __future__ import annotations

from bus.errors import Fatal
from remote.staff import Staff
from remote.understudies import Understudies
from topology.change import Change, Unit
from topology.plan import Plan, Service
from topology.services import health_port, program_of


class Relief:
    """Of one change of the plan, as this host sees it. A service's seat has its name."""

    def __init__(self, staff: Staff, understudies: Understudies, what: Change, old: Plan, new: Plan) -> None:
        self._staff = staff
        self._understudies = understudies
        self._old, self._new = old, new
        self._beside = set(what.replaced_services)
        """Of those that are replaced the ones that go on until the actors have taken over."""
        self._last = {name for name in what.service_stops if name in staff.seats}
        """Those who go last."""
        self.comers = (*what.replaced_services, *what.service_starts)
        self._wanted = makes_way(what, old, new)
        self.away: set[str] = set()
        """Those who were sent away to make way."""
        self._beside -= self._wanted
        self._last -= self._wanted
        self._prepared = False
        self.over = not (self._beside or self._last)
        """Nobody is left who takes over late, or goes last."""

    def clear(self) -> None:
        """Sends those away who must go first. Raises Fatal, before anybody goes, when a new one has no program."""
        for name in self.comers:
            service = self._new.services[name]
            try:
                program_of(service.command[0], service.folder)
            except Fatal as error:
                raise Fatal(f"{name}: {error.what}", error.todo) from None
        self.away = self._wanted
        for name in self.away:
            if seat := self._staff.seats.get(name):
                self._understudies.release(seat)

    @property
    def ready(self) -> bool:
        """Whether every new server is well; starts them when the ports are free. Raises Broken."""
        if not self._prepared and not self.away & self._staff.seats.keys():
            self._prepared = True
            for name in self.comers:
                self._understudies.prepare(Unit(name), self._new.services[name].seat(name))
        return self._prepared and self._understudies.all_ready

    def take_over(self) -> tuple[str, ...]:
        """Those who wait for nobody take their seats; gives their names."""
        first = tuple(name for name in self.comers if name not in self._beside)
        for name in first:
            self._understudies.promote(name)
        return first

    def follow(self) -> tuple[str, ...]:
        """The others take over, and who is not needed any more goes, now that no actor needs them; gives their names."""
        self.over = True
        for name in self._beside:
            self._understudies.promote(name)
        for name in self._last:
            self._understudies.release(self._staff.seats[name])
        return (*self._beside, *self._last)

    @property
    def in_the_way(self) -> set[str]:
        """Seats that must be empty before anybody is brought back."""
        return self.away | (set(self.comers) - self._beside if self.away else set())

    def bring_back(self) -> tuple[str, ...]:
        """Those who were sent away have their seats again; gives their names. Raises StartFailed."""
        for name in self.away:
            self._understudies.bring_back(Unit(name), self._old.services[name].seat(name))
        return tuple(self.away)


def makes_way(what: Change, old: Plan, new: Plan) -> set[str]:
    """Services of the old plan whose port one of the new plan wants; also those that change and do not say which they have."""
    comers = (*what.replaced_services, *what.service_starts)
    wanted = {health_port(new.services[name].health) for name in comers} - {0}
    away = {n for n in (*what.replaced_services, *what.service_stops) if health_port(old.services[n].health) in wanted}
    return away | {n for n in what.replaced_services if not (_port(old.services[n]) and _port(new.services[n]))}


def _port(service: Service) -> int:
    return health_port(service.health)
