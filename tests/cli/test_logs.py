"""Scenes of `avatar logs`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.main import run
from tests.remote.pretended import dead_session

Captured = pytest.CaptureFixture[str]

TTS = """\
a library's line
2026-01-31T20:00:01.000Z info    tts#1 actors.tts: ready
2026-01-31T20:00:04.000Z error   tts#2 actors.tts: failed
Traceback
"""
HUB = "2026-01-31T20:00:02.000Z warning hub#1 bus.hub: dropped topic=a.b reason=torn\n"


@pytest.fixture(autouse=True)
def ended(home: Path) -> None:
    dead_session("show", home, tts=TTS, hub=HUB)


def test_logs_are_merged_by_time_after_the_call(capsys: Captured) -> None:
    assert run(["logs"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert [line.split()[2] for line in out.splitlines() if line.startswith("2026")] == ["tts", "hub", "tts"]
    assert out.splitlines()[0].split() == ["tts", "a", "library's", "line"]
    assert out.endswith("failed\nTraceback\n")


def test_one_actor_the_last_lines_and_a_pattern(capsys: Captured) -> None:
    assert run(["logs", "hub"]) == 0
    assert "reason=torn" in capsys.readouterr().out
    assert run(["logs", "-n", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["actor"], told["epoch"], told["text"]) == ("tts", 2, "actors.tts: failed\nTraceback")
    assert run(["logs", "--grep", "re(ady|ason)", "--since", "2026-01-31T20:00:02+00:00"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_a_quiet_actor_is_told_of_in_one_line_on_stderr(home: Path, capsys: Captured) -> None:
    dead_session("hush", home, asr="")
    assert run(["logs", "asr", "--session", "hush"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "asr has logged nothing\n")
    assert run(["logs", "--session", "show", "--grep", "never"]) == 0
    assert capsys.readouterr().err.startswith("the call has logged nothing that fits")
    assert run(["logs", "asr", "-f", "--session", "hush"]) == 0
    assert capsys.readouterr().err == "asr has logged nothing yet; Ctrl-C ends the waiting\n"


def test_following_a_call_that_has_ended_ends(capsys: Captured) -> None:
    assert run(["logs", "-f"]) == 0
    assert "ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ts"], 'did you mean "tts"?'),
        (["--session", "shw"], 'did you mean "show"?'),
        (["--grep", "("], "no regular expression"),
        (["--since", "soon"], "no time"),
    ],
)
def test_wrong_usage_is_exit_code_2(words: list[str], said: str) -> None:
    errors = io.StringIO()
    assert run(["logs", *words], errors) == 2
    assert said in errors.getvalue()
