"""Scenes of the journal."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bus.errors import Wrong
from remote.journal import Journal, entries_of, session_with_logs, since_of
from tests.remote.pretended import PretendedCall, dead_session

NOW = datetime(2026, 1, 31, 20, 0, tzinfo=UTC)


def line(second: int, text: str, who: str = "tts#1") -> str:
    return f"2026-01-31T20:00:{second:02}.000Z info    {who} x: {text}\n"


def texts(journal: Journal) -> list[str]:
    return [entry.text.removeprefix("x: ") for entry in journal.fresh()]


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("30s", "2026-01-31T19:59:30.000Z"),
        ("1.5h", "2026-01-31T18:30:00.000Z"),
        ("2d", "2026-01-29T20:00:00.000Z"),
        ("2026-01-31T21:00:00+02:00", "2026-01-31T19:00:00.000Z"),
    ],
)
def test_a_span_or_a_time(words: str, at: str) -> None:
    assert since_of(words, NOW) == at


def test_lines_that_begin_no_entry_belong_to_the_one_before() -> None:
    (first,) = entries_of([line(1, "failed").strip(), "Traceback", "  File"], "tts")
    assert first.text == "x: failed\nTraceback\n  File"
    (more,) = entries_of(["Error: it"], "tts", first)
    assert (more.at, more.level, more.text) == (first.at, "info", "Error: it")


def test_an_actor_is_shown_with_its_replicas_and_a_replica_alone(home: Path) -> None:
    session = dead_session("show", home, tts=line(1, "one"), llm=line(3, "three"))
    (session.logs / "tts#1.log").write_text(line(2, "two", "tts#1#4"), encoding="utf-8")
    (entry,) = Journal(session, "tts#1").fresh()
    assert (entry.actor, entry.epoch, texts(Journal(session, "tts"))) == ("tts#1", 4, ["one", "two"])


def test_only_whole_lines_are_told_and_each_once(home: Path) -> None:
    session = dead_session("show", home, tts=line(1, "one") + "2026-01-31T2")
    journal = Journal(session)
    assert texts(journal) == ["one"]
    with (session.logs / "tts.log").open("a", encoding="utf-8") as file:
        file.write("0:00:02.000Z info    tts#1 x: two\n")
    assert texts(journal) == ["two"]
    (session.logs / "late.log").write_text(line(3, "three", "late#1"), encoding="utf-8")
    assert texts(journal) == ["three"]


def test_a_log_that_was_begun_anew_is_read_to_its_end_and_no_line_comes_twice(home: Path) -> None:
    session = dead_session("show", home, tts=line(1, "one"))
    journal = Journal(session, "tts")
    assert texts(journal) == ["one"]
    log = session.logs / "tts.log"
    with log.open("a", encoding="utf-8") as file:
        file.write(line(2, "two"))
    (session.logs / "tts.old.log").write_bytes(log.read_bytes())
    log.write_text(line(3, "three"), encoding="utf-8")
    assert texts(journal) == ["two", "three"]
    assert texts(journal) == []
    assert texts(Journal(session)) == ["one", "two", "three"]


def test_following_tells_the_last_words_of_a_call(home: Path) -> None:
    session = dead_session("show", home, tts=line(1, "one"))
    journal = Journal(session)
    assert texts(journal) == ["one"]
    (session.logs / "tts.log").write_text(line(1, "one") + line(2, "bye"), encoding="utf-8")
    assert [entry.text for entry in journal.follow(lambda: False) if entry] == ["x: bye"]


def test_the_call_that_runs_comes_before_one_that_ended_later(call: PretendedCall, home: Path) -> None:
    dead_session("zombie", home)
    assert session_with_logs().name == "show"
    call.end_process()
    os.utime(call.session.logs, (1, 1))
    assert session_with_logs().name == "zombie"
    with pytest.raises(Wrong, match="no call named 'shw' has run"):
        session_with_logs("shw")


def test_no_call_has_run_yet(home: Path) -> None:
    with pytest.raises(Wrong, match="no call has run yet"):
        session_with_logs()
