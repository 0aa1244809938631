"""Services of a plan, checked: names that nobody else has, programs and folders that are there, ports that are free."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from actors.readiness import address_of
from bus.errors import Fatal
from topology.catalogue import Cast
from topology.form import Form
from topology.plan import LOCAL, Plan, Service, is_name
from topology.ports import is_free
from topology.wording import dotted

RESERVED = frozenset({"hub", "agent", "recorder", "director", "operator"})
"""Processes of a call that are no actors."""
HERE = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0"})


def check_service_name(form: Form, name: str, cast: Cast) -> None:
    """Notes a name that a process, a log file and a row of the status cannot have."""
    key = ("services", name)
    if name in cast or name in RESERVED:
        form.fault(key, f"{dotted(key)}: there is already {name} in every call", f"write [services.{name}-server]")
    elif not is_name(name):
        form.fault(key, f'"{name}" cannot be a service\'s name', 'use small letters, digits and "-"')


def check_services(form: Form, services: Mapping[str, Service], *, probe: bool) -> None:
    """Notes services of one host with the same port. `probe`: also what this host lacks to run its own now."""
    ports: dict[tuple[str, int], str] = {}
    for name, service in services.items():
        key = ("services", name, "health")
        port = health_port(service.health)
        other = ports.setdefault((service.host, port), name) if port else name
        if other != name:
            form.fault(key, f"{dotted(key)}: {other} listens on port {port} too", "give each its own port")
        elif probe and port and service.host == LOCAL and not is_free(port):
            what = f"{dotted(key)}: port {port} is in use by another program"
            form.fault(key, what, "end that program, or give the service another port in its command and its health")
        if probe and service.host == LOCAL:
            try:
                program_of(service.command[0], service.folder)
            except Fatal as error:
                form.fault(("services", name, "command"), f"services.{name}: {error.what}", error.todo)


def health_port(health: str) -> int:
    """The port that a service is asked on, when its own host answers there; 0: none, or another machine's."""
    parts = urlsplit(health)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return 0
    return port if parts.hostname in HERE else 0


def service_at(url: str, host: str, plan: Plan) -> str:
    """The service of a host that an engine there would talk to at an address; it is started before. Empty: none."""
    served = (
        name for name, s in plan.services.items() if s.host == host and _same(address_of(s.health), address_of(url))
    )
    return next(served, "")


def _same(one: tuple[str, int], other: tuple[str, int]) -> bool:
    return one == other or (one[1] == other[1] and {one[0], other[0]} <= HERE)


def program_of(program: str, folder: str = "") -> str:
    """Path of a program on this host, as its folder or the PATH has it. Raises Fatal when there is none, or no folder."""
    if folder and not Path(folder).is_dir():
        raise Fatal(f'there is no folder "{folder}" to run in', "make it, or change: folder")
    if Path(program).name != program:  # a path: meant from where it runs
        program = str(Path(folder, program).absolute())
    if found := shutil.which(program):
        return found
    raise Fatal(f'there is no program "{program}" on this machine', "install it, or write its whole path in: command")
