"""Reading of a plan file: the checked plan, or every fault in it at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from bus.actor import Actor
from bus.errors import Wrong
from bus.messages.message import Message
from topology.catalogue import HOUSE, Cast
from topology.choice import candidates
from topology.collisions import check_collisions
from topology.edges import Loose, givers, takers, unfed, unread
from topology.fault import Fault, nearest
from topology.form import Form
from topology.lacks import lacks_of
from topology.one_face import check_one_face
from topology.plan import AUTO, LOCAL, Host, Placement, Plan, Service, Session, is_name
from topology.services import check_service_name, check_services
from topology.settings import check_open_settings, check_settings, input_paths
from topology.source import Source, Unreadable
from topology.stamp import stamp
from topology.wording import dotted, show

TABLES = ("session", "hosts", "services", "actors")


def read_plan(path: Path | str, cast: Cast = HOUSE, *, ports: bool = False) -> Plan:
    """The plan in a TOML file. Raises Wrong with its first fault; says how many more there are."""
    return _good(path, *examine(path, cast=cast, ports=ports))


def read_text(path: Path, content: bytes, cast: Cast = HOUSE) -> Plan:
    """The plan that a file would hold with this content. Raises Wrong."""
    try:
        return _good(path, *_examine(Source.of(str(path), content), cast, ports=False))
    except Unreadable as error:
        raise Wrong(f"{error.fault.place}: {error.fault.what}", error.fault.todo) from None
    except UnicodeDecodeError:
        raise Wrong(f"{path}: not UTF-8 text", "save the plan as UTF-8") from None


def _good(path: Path | str, plan: Plan | None, faults: list[Fault]) -> Plan:
    errors = [fault for fault in faults if not fault.warning]
    if plan is None or errors:
        first, more = errors[0], len(errors) - 1
        hint = f" ({more} more: avatar check {path})" if more else ""
        raise Wrong(f"{first.place}: {first.what}", f"{first.todo}{hint}".strip())
    return plan


def find_faults(path: Path | str, cast: Cast = HOUSE, *, ports: bool = True) -> list[Fault]:
    """Every fault of a plan, by line. `ports`: look whether its ports are free now."""
    return examine(path, cast=cast, ports=ports)[1]


def examine(
    path: Path | str, cast: Cast = HOUSE, *, ports: bool = False, engines: bool = False
) -> tuple[Plan | None, list[Fault]]:
    """The plan, None when it has errors, and all faults by line. `engines`: warn of what this host lacks for them now."""
    try:
        source = Source.read(Path(path))
    except Unreadable as error:
        return None, [error.fault]
    return _examine(source, cast, ports=ports, engines=engines)


def _examine(source: Source, cast: Cast, *, ports: bool, engines: bool = False) -> tuple[Plan | None, list[Fault]]:
    reader = Reader(source, cast)
    plan = reader.plan()
    check_collisions(reader.form, reader.placements, cast, probe=ports)
    check_one_face(reader.form, reader.placements)
    check_services(reader.form, reader.services, probe=ports)
    if engines and plan is not None and all(fault.warning for fault in reader.form.faults):
        for lack in lacks_of(plan, LOCAL, cast):
            reader.form.fault(("actors", lack.actor, "engine"), lack.what, lack.todo, warning=True)
    faults = sorted(dict.fromkeys(reader.form.faults), key=lambda fault: (fault.line, fault.warning))
    return (None if any(not fault.warning for fault in faults) else plan), faults


class Reader:
    """Reads the tables of one plan; `form` keeps the faults."""

    def __init__(self, source: Source, cast: Cast) -> None:
        self.form = Form(source)
        self.cast = cast
        self.hosts: dict[str, Host] = {}
        self.host_names: tuple[str, ...] = (LOCAL,)
        self.services: dict[str, Service] = {}
        self.placements: dict[str, Placement] = {}

    def plan(self) -> Plan | None:
        """The plan; None when something that everything else needs is wrong."""
        data = self.form.source.data
        for name in data:
            if name not in TABLES:
                self.form.fault((name,), f"{name}: no such table", nearest(name, TABLES, "tables"))
        path = Path(self.form.source.name)
        session = self.form.fill(Session, ("session",), data.get("session", {}))
        self._read_hosts(self.form.table(("hosts",), data.get("hosts", {})))
        self.services = self._read_services(self.form.table(("services",), data.get("services", {})))
        self._read_actors(self.form.table(("actors",), data.get("actors", {})))
        if session is None:
            return None
        session = msgspec.structs.replace(session, name=session.name or session_name(path))
        return Plan(
            file=str(path.resolve()),
            session=session,
            actors=self.placements,
            hosts=self.hosts,
            services=self.services,
        )

    def _read_hosts(self, table: Mapping[str, object]) -> None:
        self.host_names = (LOCAL, *(name for name in table if name != LOCAL))
        for name, value in table.items():
            key = ("hosts", name)
            if name == LOCAL:
                self.form.fault(key, f"{dotted(key)}: this host is always there", "take this table out")
            elif not is_name(name):
                self.form.fault(key, f'"{name}" cannot be a host\'s name', 'use small letters, digits and "-"')
            elif host := self.form.fill(Host, key, value):
                self.hosts[name] = host

    def _read_services(self, table: Mapping[str, object]) -> dict[str, Service]:
        services = {}
        for name, value in table.items():
            key = ("services", name)
            if service := self.form.fill(Service, key, value):
                services[name] = service
                self._check_host((*key, "host"), service.host)
            check_service_name(self.form, name, self.cast)
        return services

    def _read_actors(self, table: Mapping[str, object]) -> None:
        if not table:
            self.form.fault(("actors",), "the plan has no actors", "add tables such as [actors.vad]")
        for name, value in table.items():
            if name in self.cast:
                self._read_actor(name, self.form.table(("actors", name), value))
            else:
                todo = nearest(name, self.cast, "actors")
                self.form.fault(("actors", name), f'{dotted(("actors", name))}: there is no actor "{name}"', todo)
        self._check_wiring(set(table) <= set(self.cast))

    def _read_actor(self, name: str, table: dict[str, object]) -> None:
        key, actor = ("actors", name), self.cast[name]
        placement = self.form.fill(Placement, key, table, actor=name, stamps={}, picked="")
        settings = table.get("settings", {})
        host = table.get("host", LOCAL)
        chosen = table.get("engine", next(iter(actor.engines), ""))
        engine = self._engine(actor, chosen)
        table = settings if isinstance(settings, dict) else {}
        settings_key = (*key, "settings")
        if chosen == AUTO and candidates(actor):
            names = candidates(actor)
            checked = check_open_settings(self.form, settings_key, table, actor, names, local=host == LOCAL)
        else:
            checked = check_settings(self.form, settings_key, table, actor, engine, local=host == LOCAL)
        if isinstance(host, str):
            self._check_host((*key, "host"), host)
        if placement is None or not isinstance(chosen, str):
            return
        if host == LOCAL and placement.python and not shutil.which(placement.python):
            what = f"{dotted((*key, 'python'))}: there is no program {placement.python}"
            self.form.fault((*key, "python"), what, "name the python of an environment with avatar in it")
        if placement.replicas > 1 and not actor.replicable:
            what = f"{dotted((*key, 'replicas'))}: {name} cannot have replicas, it keeps something between messages"
            able = [n for n, a in self.cast.items() if a.replicable]
            todo = f"; these can: {', '.join(able)}" if able else ""
            self.form.fault((*key, "replicas"), what, f"write replicas = 1{todo}")
        stamps = (
            {key: stamp(path) for key, path in _inputs(checked, actor, engine, chosen).items()} if host == LOCAL else {}
        )
        self.placements[name] = msgspec.structs.replace(placement, engine=chosen, settings=checked, stamps=stamps)

    def _engine(self, actor: type[Actor], chosen: object) -> type[Any] | None:
        key = ("actors", actor.name, "engine")
        if not isinstance(chosen, str):
            return None  # noted by the form
        if not actor.engines and not chosen:
            return None
        if chosen == AUTO and candidates(actor):
            return None  # chosen on its host, when the call starts
        if chosen not in actor.engines:
            what = f"{dotted(key)}: {actor.name} has no engine {show(chosen)}"
            self.form.fault(key, what, nearest(chosen, actor.engines, "engines"))
            return None
        engine: type[Any] = actor.engine_class(chosen)
        tables = self.form.source.data.get("actors")
        for needed in getattr(engine, "needs_actors", ()):
            if isinstance(tables, dict) and needed not in tables:
                what = f'{dotted(key)}: engine "{chosen}" of {actor.name} needs the actor "{needed}"'
                self.form.fault(key, what, f"add [actors.{needed}], or choose another engine")
        return engine

    def _check_host(self, key: tuple[str, ...], name: str) -> None:
        if name not in self.host_names:
            what = f'{dotted(key)}: there is no host "{name}"'
            self.form.fault(
                key, what, f'{nearest(name, self.host_names, "hosts")}; or add [hosts.{name}] with ssh = "..."'
            )

    def _check_wiring(self, complete: bool) -> None:
        """Without all its actors (a name was misspelt) a plan would seem unfed everywhere."""
        tables = self.form.source.data.get("actors")
        if not complete or not isinstance(tables, dict):
            return
        cast = {name: self.cast[name] for name in tables}
        for name, kinds, able in _grouped(unfed(cast), self.cast, givers):
            what = (
                f"{name} takes {', '.join(kinds)}, and nobody in the plan gives {'it' if len(kinds) == 1 else 'them'}"
            )
            todo = f"add [actors.{able[0]}], which does" if able else "no actor does yet: avatar new makes one"
            self.form.fault(("actors", name), what, todo)
        for name, kinds, able in _grouped(unread(cast), self.cast, takers):
            what = (
                f"{name} gives {', '.join(kinds)}, and nobody in the plan takes {'it' if len(kinds) == 1 else 'them'}"
            )
            todo = f"{' and '.join(able)} would" if able else "no actor does yet"
            self.form.fault(("actors", name), what, todo, warning=True)


def _inputs(settings: dict[str, object], actor: type[Actor], engine: type[Any] | None, chosen: str) -> dict[str, Path]:
    """Input files by setting; those of engines that "auto" may choose as "ENGINE.SETTING"."""
    found = input_paths(settings, actor, engine)
    for name in candidates(actor) if chosen == AUTO else ():
        inner = settings.get(name)
        if isinstance(inner, dict):
            inputs = input_paths(inner, actor, actor.engine_class(name))
            found |= {f"{name}.{key}": path for key, path in inputs.items()}
    return found


def _grouped(
    every: list[Loose], cast: Cast, others: Callable[[type[Message], Cast], list[str]]
) -> list[tuple[str, list[str], list[str]]]:
    """Actor, topics and who could be their other end: the topics of one actor with the same answer go together."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for loose in every:
        groups.setdefault((loose.actor, tuple(others(loose.kind, cast))), []).append(loose.kind.spec.topic)
    return [(name, topics, list(able)) for (name, able), topics in groups.items()]


def session_name(path: Path) -> str:
    """The name of a session whose plan gives none: the file's stem, without what a name cannot hold."""
    kept = "".join(c if is_name(f"a{c}") else "-" for c in path.stem.lower()).strip("-")
    return kept[:40] or "call"
