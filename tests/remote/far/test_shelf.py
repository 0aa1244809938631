"""Scenes of logs on another host: read through questions, and the last of them kept at the end of a call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bus.client import Client
from bus.errors import Gone
from remote.far.shelf import FarShelf, keep_last
from remote.journal import Journal
from remote.shelf import ReadOn, Shelf
from tests.remote.pretended import dead_session


class FarAgent(Client):
    """The host agent on "gpu", with the logs of a folder."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.asked: list[tuple[str, str]] = []
        self.gone = False

    def ask(self, to: str, verb: str, args: object = None, *, kind: Any, timeout_s: float = 5.0) -> Any:
        self.asked.append((to, verb))
        if self.gone:
            raise Gone("the host gpu is not connected")
        assert isinstance(args, ReadOn)
        return Shelf(self.logs).read_on(args)


@pytest.fixture
def far(tmp_path: Path) -> FarAgent:
    agent = FarAgent(tmp_path / "there")
    agent.logs.mkdir()
    for second, name in enumerate(("hub", "agent", "tts", "tts#1")):
        write(agent.logs, name, 2 * second)
    return agent


def write(logs: Path, name: str, second: int, text: str = "there") -> None:
    with (logs / f"{name}.log").open("a", encoding="utf-8") as file:
        file.write(f"2026-01-31T20:00:{second:02}.000Z info    {name}#1 {text} {name}\n")


def told(journal: Journal) -> list[tuple[str, str]]:
    return [(entry.actor, entry.text) for entry in journal.fresh()]


def test_logs_of_both_hosts_are_told_by_time_and_each_line_once(far: FarAgent, home: Path) -> None:
    session = dead_session("show", home)
    write(session.logs, "hub", 1, "here")
    journal = Journal(session, "", [FarShelf(far, "gpu")])
    assert told(journal) == [
        ("hub@gpu", "there hub"),
        ("hub", "here hub"),
        ("agent@gpu", "there agent"),
        ("tts", "there tts"),
        ("tts#1", "there tts#1"),
    ]
    write(far.logs, "tts", 9)
    assert told(journal) == [("tts", "there tts")]
    assert set(far.asked) == {("agent-gpu@gpu", "logs")}


@pytest.mark.parametrize(
    ("asked", "names"),
    [("tts", {"tts", "tts#1"}), ("tts#1", {"tts#1"}), ("hub@gpu", {"hub@gpu"}), ("hub", {"hub"})],
)
def test_one_log_is_asked_for_by_the_name_that_status_shows(
    asked: str, names: set[str], far: FarAgent, home: Path
) -> None:
    session = dead_session("show", home)
    write(session.logs, "hub", 1)
    assert {entry.actor for entry in Journal(session, asked, [FarShelf(far, "gpu", asked)]).fresh()} == names


def test_a_host_out_of_reach_is_named_and_what_is_missing_comes_later(far: FarAgent, home: Path) -> None:
    session = dead_session("show", home)
    far.gone = True
    journal = Journal(session, "tts", [FarShelf(far, "gpu", "tts")])
    assert told(journal) == []
    assert journal.away == {"gpu": "the host gpu is not connected"}
    far.gone = False
    assert told(journal) == [("tts", "there tts"), ("tts#1", "there tts#1")]
    assert journal.away == {}


def test_after_the_call_the_last_of_the_other_hosts_logs_is_here(far: FarAgent, home: Path) -> None:
    session = dead_session("show", home)
    write(session.logs, "hub", 0, "here")
    keep_last(far, ["gpu"], session.logs)
    assert {name for name, _ in told(Journal(session))} == {"hub", "hub@gpu", "agent@gpu", "tts", "tts#1"}
    assert told(Journal(session, "tts")) == [("tts", "there tts"), ("tts#1", "there tts#1")]
    assert told(Journal(session, "hub@gpu")) == [("hub@gpu", "there hub")]


def test_a_host_that_is_gone_does_not_keep_a_call_from_ending(far: FarAgent, home: Path) -> None:
    session = dead_session("show", home)
    far.gone = True
    keep_last(far, ["gpu"], session.logs)
    assert len(far.asked) == 1
