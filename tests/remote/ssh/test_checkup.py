"""Scenes of the checkup of another host, with a pretended one; the real one is in tests/e2e/test_doctor_host.py."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import pytest

from bus.clock import MS
from bus.errors import Broken, Wrong
from remote.finding import Finding
from remote.ssh import checkup
from remote.ssh.checkup import host_checkup
from topology.plan import Host

GPU = Host(ssh="gpu")


class Far:
    """The pretended host and its clock: `trip_ms` there and back, `mbits` both ways."""

    def __init__(self) -> None:
        self.now_ns = 1_000_000_000
        self.trip_ms = 48.0
        self.mbits = 100.0
        self.python = True
        self.refuses: dict[str, Exception] = {}

    def spend(self, ms: float) -> None:
        self.now_ns += int(ms * MS)


class Call:
    """One visit to it."""

    far: Far
    log = "debug1: Remote protocol version 2.0, remote software version OpenSSH_9.6p1 Ubuntu\n" + (
        "debug1: Server host key: ssh-ed25519 SHA256:abc\n"
    )

    def __init__(self, _host: Host, command: str, **_: object) -> None:
        self._command = command
        for sign, error in self.far.refuses.items():
            if sign in command:
                raise error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def rest(self) -> str:
        return "system=Linux\npython=3.12.3\nuv=uv 1\ndisk=104857600 /\n"

    def until(self, mark: str) -> None:
        if mark == "there":
            self._carry()

    def write(self, data: bytes) -> None:
        pass

    def end_input(self) -> None:
        pass

    def skip(self, _count: int) -> None:
        self._carry()

    def line(self) -> str:
        self.far.spend(self.far.trip_ms)
        return str(self.far.now_ns) if self.far.python else "?"

    def _carry(self) -> None:
        self.far.spend(checkup.PROBE_BYTES * 8 / 1e3 / self.far.mbits)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    there = Far()
    monkeypatch.setattr(Call, "far", there, raising=False)
    monkeypatch.setattr(checkup, "Visit", Call)
    monkeypatch.setattr(checkup, "now_ns", lambda: there.now_ns)
    monkeypatch.setattr(
        checkup, "_forwarding", lambda _: Finding(subject="forwarding", verdict="ok", what="ports can be forwarded")
    )
    yield there


def found() -> dict[str, Finding]:
    return {finding.subject: finding for finding in host_checkup(GPU)}


def test_a_good_host_has_nothing_to_complain_of_but_its_missing_gpu(far: Far) -> None:
    lines = found()
    assert {s: f.verdict for s, f in lines.items() if f.verdict != "ok"} == {"gpu": "warn"}
    assert lines["ssh server"].what == "OpenSSH_9.6p1"
    assert lines["host key"].what == "ssh-ed25519 SHA256:abc is the one you know"
    assert lines["round trip"].what.startswith("48.0 ms")
    assert lines["clock"].what.startswith("comparable within ±24.0 ms")


def test_nothing_is_looked_at_behind_a_closed_door(far: Far) -> None:
    far.refuses["uname"] = Wrong("gpu does not let this user in", "add your key")
    assert list(found()) == ["login"]
    assert found()["login"].verdict == "fail"


def test_a_far_machine_and_a_thin_line_are_warned_of(far: Far) -> None:
    far.trip_ms, far.mbits = 210.0, 2.0
    lines = found()
    assert lines["round trip"].verdict == "warn"
    assert lines["bandwidth"].verdict == "warn"
    assert "2 Mbit/s down" in lines["bandwidth"].what


def test_without_python_there_the_clocks_cannot_be_compared(far: Far) -> None:
    far.python = False
    lines = found()
    assert "clock" not in lines
    assert lines["round trip"].verdict == "ok"


def test_a_link_that_breaks_in_one_test_leaves_the_others(far: Far) -> None:
    far.refuses["/dev/zero"] = Broken("the connection to gpu was closed", "look")
    lines = found()
    assert lines["bandwidth"].verdict == "fail"
    assert lines["python"].verdict == "ok"
