"""Change from one plan to another: which processes start, stop or are replaced, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from topology.plan import Placement, Plan, Service

T = TypeVar("T")

EASED = ("restart", "ready_s")
"""Keys of a service that are nothing to a server that runs."""


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One process of an actor; replicas count from 0."""

    actor: str
    replica: int = 0

    def __str__(self) -> str:
        return f"{self.actor}#{self.replica}" if self.replica else self.actor


@dataclass(frozen=True, slots=True)
class Replacement:
    """A process that a new one takes over from; `reasons` for people, such as "host: local -> gpu". A service is one, too."""

    unit: Unit
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that must happen to a running call. Empty: it already is as the new plan says."""

    starts: tuple[Unit, ...] = ()
    stops: tuple[Unit, ...] = ()
    replaces: tuple[Replacement, ...] = ()
    eased: tuple[str, ...] = ()
    """Actors and services of which only the restart policy changed: no process needs to end."""
    service_starts: tuple[str, ...] = ()
    service_stops: tuple[str, ...] = ()
    service_replaces: tuple[Replacement, ...] = ()
    joins: tuple[str, ...] = ()
    """Hosts that are needed now and were not before."""
    leaves: tuple[str, ...] = ()
    """Hosts on which nothing runs any more."""
    turns: tuple[str, ...] = ()
    """Hosts that are reached at another address: the same machine, or another one on which their part begins anew."""

    def __bool__(self) -> bool:
        return self != Change()

    @property
    def replaced_services(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(each.unit.actor for each in self.service_replaces)


def change(old: Plan, new: Plan) -> Change:
    """What makes a call that runs as `old` run as `new`."""
    before, after = units_of(old), units_of(new)
    replaced = [Replacement(unit, why) for unit in after if unit in before and (why := _reasons(old, new, unit.actor))]
    both = [name for name in new.services if name in old.services]
    changed = [Replacement(Unit(name), why) for name in both if (why := _service_reasons(old, new, name))]
    eased = [n for n, p in new.actors.items() if n in old.actors and p.restart != old.actors[n].restart]
    eased += [n for n in both if any(getattr(new.services[n], k) != getattr(old.services[n], k) for k in EASED)]
    return Change(
        starts=_only(after, before),
        stops=_only(before, after),
        replaces=tuple(replaced),
        eased=tuple(eased),
        service_starts=_only(tuple(new.services), tuple(old.services)),
        service_stops=_only(tuple(old.services), tuple(new.services)),
        service_replaces=tuple(changed),
        joins=_only(new.used_hosts, old.used_hosts),
        leaves=_only(old.used_hosts, new.used_hosts),
        turns=tuple(h for h in new.used_hosts[1:] if h in old.hosts and old.hosts[h].ssh != new.hosts[h].ssh),
    )


def units_of(plan: Plan) -> tuple[Unit, ...]:
    """Every process of a plan's actors, in the plan's order."""
    return tuple(Unit(name, index) for name, placement in plan.actors.items() for index in range(placement.replicas))


def _only(these: tuple[T, ...], those: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(one for one in these if one not in those)


def _reasons(old: Plan, new: Plan, name: str) -> tuple[str, ...]:
    was, now = old.actors[name], new.actors[name]
    reasons = _moved(was, now)
    if was.engine != now.engine:
        reasons.append(f"engine: {was.engine} -> {now.engine}")
    if was.python != now.python:
        reasons.append(f"python: {was.python or 'its own'} -> {now.python or 'its own'}")
    settings = _changed(was.settings, now.settings)
    reasons.extend(f"settings.{key}" for key in settings)
    files = [key for key in _changed(was.stamps, now.stamps) if key not in settings]
    reasons.extend(f"settings.{key}: the file has changed" for key in files)
    return tuple(reasons)


def _changed(was: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    keys = sorted(was.keys() | now.keys())
    missing = object()
    return [key for key in keys if was.get(key, missing) != now.get(key, missing)]


def _service_reasons(old: Plan, new: Plan, name: str) -> tuple[str, ...]:
    was, now = old.services[name], new.services[name]
    keys = [key for key in Service.__struct_fields__ if key not in ("host", *EASED)]
    return (*_moved(was, now), *(key for key in keys if getattr(was, key) != getattr(now, key)))


def _moved(was: Placement | Service, now: Placement | Service) -> list[str]:
    return [f"host: {was.host} -> {now.host}"] if was.host != now.host else []
