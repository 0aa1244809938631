"""Scenes of the injector: what it does to the processes of a pretended call, and that it leaves all others alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import psutil
import pytest

from bus.client import Client
from bus.clock import now_ns
from remote.applied import Applied
from remote.chaos import injector
from remote.chaos.fault import Done, Fault, Kind
from remote.chaos.injector import Injector
from remote.mark import Mark
from remote.muster import Member, Muster, SeatRoll
from tests.e2e.plans import TOPOLOGY
from tests.remote.pretended import PretendedCall, row
from topology.reading import read_plan


@pytest.fixture
def client(call: PretendedCall) -> Iterator[Client]:
    client = Client(call.house.keys, call.house.port, "chaos")
    yield client
    client.close()


@contextmanager
def actor(call: PretendedCall) -> Iterator[subprocess.Popen[bytes]]:
    """A process that the host agent has written down, as the actor and as the hub."""
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        mark = Mark.of(process.pid)
        assert mark
        tts = SeatRoll(name="tts", epoch=4, members=(Member(4, "current", mark, ""),))
        call.session.write("staff.json", Muster(hub=mark, seats=(tts,)))
        rows = (row("tts", pid=process.pid, epoch=4), row("hub", pid=process.pid))
        call.status = msgspec.structs.replace(call.status, actors=rows)
        yield process
        process.kill()


def do(call: PretendedCall, client: Client, kind: Kind, target: str = "tts", stop_s: float = 0.0) -> Done:
    told: list[Done] = []
    work = Injector(call.session, client, now_ns(), told.append)
    work.run([Fault(number=1, at_s=0.01, kind=kind, target=target, stop_s=stop_s)])
    assert work.done == told
    return told[0]


def test_what_needs_a_second_host_is_not_done_without(call: PretendedCall, client: Client) -> None:
    with actor(call):
        assert do(call, client, "move").error == "move needs a second host"


@pytest.mark.parametrize(("kind", "target"), [("kill", "tts"), ("hub", "hub")])
def test_a_process_of_the_call_is_killed(call: PretendedCall, client: Client, kind: Kind, target: str) -> None:
    with actor(call) as process:
        done = do(call, client, kind, target)
        assert (done.error, done.epoch) == ("", 4 if kind == "kill" else 0)
        assert process.wait(30) != 0


def test_a_process_is_held_and_let_go(call: PretendedCall, client: Client) -> None:
    with actor(call) as process:
        done = do(call, client, "stop", stop_s=0.1)
        assert done.until_ns - done.at_ns >= 100_000_000
        assert psutil.Process(process.pid).status() != psutil.STATUS_STOPPED
        assert process.poll() is None


def test_a_process_that_is_not_the_calls_is_left_alone(
    call: PretendedCall, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(injector, "THERE_S", 0.3)
    call.status = msgspec.structs.replace(call.status, actors=(row("tts", pid=os.getppid()),))
    assert do(call, client, "kill").error == "it is not there"
    call.status = msgspec.structs.replace(call.status, actors=(row("tts", pid=0, state="waiting"),))
    assert do(call, client, "kill").error == "it is not there"


def test_a_restart_and_a_change_are_asked_of_the_host_agent(call: PretendedCall, client: Client) -> None:
    call.session.write("plan.json", read_plan(TOPOLOGY / "demo.toml"))
    with actor(call):
        assert do(call, client, "restart").error == ""
        call.refusal = ("it will not", "")
        assert do(call, client, "restart").error == "it will not"
        call.applied = [Applied("loading"), Applied("done")]
        assert do(call, client, "change").error == ""
        call.applied = [Applied("refused", (), "no")]
        assert do(call, client, "change").error == "no"


def test_the_host_agent_is_killed(call: PretendedCall, client: Client) -> None:
    call.status = msgspec.structs.replace(call.status, actors=(row("agent", pid=call.process.pid),))
    assert do(call, client, "agent", "agent").error == ""
    assert call.process.wait(30) != 0


def test_one_that_is_told_to_stop_does_nothing_more(call: PretendedCall, client: Client) -> None:
    work = Injector(call.session, client, now_ns(), lambda done: None)
    work.stopping = True
    work.run([Fault(number=1, at_s=60, kind="kill", target="tts")])
    assert work.done == []
