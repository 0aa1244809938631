"""Scenes of a scribe: a process that records a whole call, and knows when to end."""

from __future__ import annotations

import queue
import subprocess
import sys
from pathlib import Path

import pytest

from bus.clock import MS
from bus.control import ActorCall
from bus.errors import Gone
from bus.recording import Passed, Reader
from remote import scribe
from remote.mark import Mark
from remote.scribe import NAME, Scribe, Watch, new_file, write_down
from remote.session import Session
from tests.bus.house import until
from tests.remote.pretended import PretendedCall
from topology.plan import Plan
from topology.plan import Session as Settings


def plan(record: str) -> Plan:
    return Plan(file="/show.toml", session=Settings(name="show", record=record), actors={})


def test_a_plan_without_a_folder_is_not_recorded(tmp_path: Path) -> None:
    Scribe.of(Session("show"), plan("")).wait()
    assert not list(tmp_path.rglob("*.rec"))


def test_a_call_is_recorded_until_the_hub_tells_the_scribe_to_end(call: PretendedCall, tmp_path: Path) -> None:
    call.session.write("plan.json", plan(str(tmp_path / "kept")))
    process = Scribe.of(call.session, call.session.plan())
    until(lambda: call.house.hub.exchange.taps(b"llm.token\0"), timeout_ms=30_000)
    call._agent.tell("hub", "stop", ActorCall(NAME))
    process.wait()
    (file,) = (tmp_path / "kept").glob("show.*.rec")
    with Reader(file) as reader:
        assert reader.begin.session == "show"
        assert [entry for entry in reader if isinstance(entry, Passed)] == []
    assert reader.torn_bytes == 0


class Silent:
    """A client that hears nothing."""

    notices: queue.SimpleQueue[object] = queue.SimpleQueue()


def test_a_scribe_goes_on_over_the_death_of_a_host_agent_and_ends_when_none_follows(
    call: PretendedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scribe, "LOOK_NS", 0)
    monkeypatch.setattr(scribe, "PATIENCE_NS", 50 * MS)
    watch = Watch(Silent(), call.session)  # type: ignore[arg-type]
    assert watch() == ""
    call.end_process()
    assert watch() == ""
    until(lambda: watch() == "nobody runs the call any more")


def test_there_is_nothing_to_record_in_a_call_that_has_ended(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Gone):
        write_down(Session("show"), tmp_path)


def test_one_that_does_not_end_is_killed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scribe, "END_S", 0.1)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        Scribe(Mark.of(process.pid), process).wait()
        assert process.returncode is not None


def test_files_are_named_after_the_session_and_the_time(tmp_path: Path) -> None:
    path = new_file(tmp_path, "show")
    assert path.name.startswith("show.2") and path.suffix == ".rec"
