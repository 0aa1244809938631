"""Services of a plan: whose name, which program, which port."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from bus.errors import Fatal
from tests.topology.toys import TOYS
from topology.plan import SERVICE, BackOff, Service
from topology.reading import examine
from topology.services import health_port, program_of

GOOD = "[actors.vad]\n[actors.asr]\n"


def faults(folder: Path, services: str, *, probe: bool = True) -> list[str]:
    path = folder / "plan.toml"
    path.write_text(GOOD + services, encoding="utf-8")
    return [
        f"{f.line} {f.what} | {f.todo}"
        for f in examine(path, TOYS, ports=probe)[1]
        if not f.warning and "services" in f.what
    ]


def service(name: str, command: str, port: int = 0) -> str:
    health = f'health = "http://127.0.0.1:{port}/health"\n' if port else ""
    return f"[services.{name}]\ncommand = [{command!r}]\n{health}"


def test_a_good_service_has_no_faults_and_is_a_seat_of_its_host(tmp_path: Path) -> None:
    assert faults(tmp_path, service("fish", sys.executable)) == []
    seat = Service(command=("fish", "-v"), ready_s=300, restart=BackOff(max=2)).seat("fish")
    assert (seat.actor, seat.engine, seat.host) == ("fish", SERVICE, "local")
    assert seat.settings["command"] == ["fish", "-v"]
    assert (seat.restart.max, seat.restart.ready_s) == (2, 315), "who starts it is the first to say that it is late"


@pytest.mark.parametrize("name", ["hub", "agent", "vad"])
def test_a_name_that_somebody_else_has_is_refused(tmp_path: Path, name: str) -> None:
    (fault,) = faults(tmp_path, service(name, sys.executable))
    assert f"there is already {name} in every call" in fault


def test_a_name_that_cannot_be_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(GOOD + service('"a/b"', sys.executable), encoding="utf-8")
    assert any('"a/b" cannot be a service' in f.what for f in examine(path, TOYS)[1])


def test_a_program_that_is_not_there_is_told_with_its_line_when_this_machine_is_looked_at(tmp_path: Path) -> None:
    text = service("fish", "no-such-program")
    (fault,) = faults(tmp_path, text)
    assert fault.startswith('4 services.fish: there is no program "no-such-program" on this machine | install it')
    assert faults(tmp_path, text, probe=False) == []
    away = text + 'host = "gpu"\n[hosts.gpu]\nssh = "gpu"\n'
    assert faults(tmp_path, away) == [], "another machine is asked when it is there"


def test_a_port_that_another_program_has_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (fault,) = faults(tmp_path, service("fish", sys.executable, port))
    assert f"services.fish.health: port {port} is in use by another program" in fault


def test_two_services_of_one_host_cannot_have_one_port(tmp_path: Path) -> None:
    both = service("fish", sys.executable, 18_080) + service("llama", sys.executable, 18_080)
    (fault,) = faults(tmp_path, both, probe=False)
    assert "services.llama.health: fish listens on port 18080 too" in fault


@pytest.mark.parametrize(
    ("health", "port"),
    [
        ("http://127.0.0.1:8080/v1/health", 8080),
        ("http://localhost/health", 80),
        ("http://[::1]:9/", 9),
        ("http://gpu.example.org:8080/", 0),
        ("http://127.0.0.1:port/", 0),
        ("", 0),
    ],
)
def test_only_a_port_of_its_own_host_counts(health: str, port: int) -> None:
    assert health_port(health) == port


def test_programs_are_found_by_name_by_path_and_from_their_folder(tmp_path: Path) -> None:
    program = tmp_path / ("serve.exe" if sys.platform == "win32" else "serve")
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert program_of(str(program)) == str(program)
    assert program_of("./serve", str(tmp_path)) == str(program)
    with pytest.raises(Fatal, match="no folder"):
        program_of("serve", str(tmp_path / "nowhere"))
    with pytest.raises(Fatal, match="no program"):
        program_of("./serve", str(tmp_path.parent))
