"""The command line on a running call, each verb as its own process, as people and scripts use it."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bus.messages import Caption, HeardSound
from tests.e2e.call import ESCAPE, Call, avatar, expect_two_lines, lines_of
from tests.e2e.plans import live_plan, short_persona

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    folder = tmp_path_factory.mktemp("verbs")
    with Call(live_plan(folder, persona=short_persona(folder)), folder).until_up() as call:
        yield call


def shown(call: Call, *arguments: str) -> str:
    """What a verb that must succeed shows on stdout, and nothing on stderr."""
    code, out, errors = avatar(call.home, *arguments)
    assert (code, errors) == (0, ""), f"{arguments}: {out}{errors}"
    assert ESCAPE not in out
    return out


def test_status_tells_of_every_actor(call: Call) -> None:
    told = json.loads(shown(call, "status", "--json"))
    rows = {row["actor"]: row for row in told["actors"]}
    assert told["phase"] == "running"
    assert {"vad", "llm", "cam-out", "hub", "agent"} <= set(rows)
    assert {row["state"] for row in rows.values()} == {"running"}
    assert 20 < told["camera_fps"] < 26
    assert "cam-out" in shown(call, "status")


def test_topics_lists_what_flows(call: Call) -> None:
    rows = [json.loads(line) for line in lines_of(shown(call, "topics", "--json"))]
    (captions,) = [row for row in rows if row["topic"] == Caption.spec.topic]
    assert captions["given_by"] == ["turn-manager"]
    assert HeardSound.spec.topic in shown(call, "topics")


def test_a_tap_shows_headers_one_object_a_line(call: Call) -> None:
    lines = lines_of(shown(call, "tap", HeardSound.spec.topic, "--count", "5", "--json"))
    seqs = [json.loads(line)["seq"] for line in lines]
    assert seqs == list(range(seqs[0], seqs[0] + 5)), "nothing is missing"
    code, _, errors = avatar(call.home, "tap", "no.such-topic", "--timeout", "1")
    assert code in (1, 2)
    expect_two_lines(errors, "no.such-topic")


def test_ask_waits_for_the_answer_and_a_tap_keeps_its_voice(call: Call, tmp_path: Path) -> None:
    assert shown(call, "ask", "--wait", "are you there").strip() == "Yes."
    shown(call, "ask", "tell me a story")
    wav = tmp_path / "voice.wav"
    assert str(wav) in shown(call, "tap", HeardSound.spec.topic, "--wav", str(wav), "--timeout", "3")
    with wave.open(str(wav)) as file:
        assert (file.getframerate(), file.getnchannels()) == (48_000, 1)
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32_768
    loud = np.abs(pcm) > 0.05
    assert pcm.size > 48_000
    assert 0.005 < loud.mean() < 0.9, "a voice"


def test_say_speaks_word_for_word(call: Call) -> None:
    with call.watched() as watcher:
        shown(call, "say", "Good evening, everybody.")
        watcher.until(lambda: any(c.done and c.text == "Good evening, everybody." for c in watcher.of(Caption)))


def test_restart_says_when_it_is_done(call: Call) -> None:
    with call.watched() as watcher:
        before = watcher.actor("llm").pid
        shown(call, "restart", "llm")
        assert watcher.actor("llm").pid != before
    code, _, errors = avatar(call.home, "restart", "nobody")
    assert code in (1, 2)
    expect_two_lines(errors, "nobody")


def test_logs_are_shown(call: Call) -> None:
    assert "llm" in shown(call, "logs", "agent")


def test_down_ends_the_call_and_leaves_nothing(call: Call) -> None:
    known = call.processes()
    shown(call, "down")
    assert call.wait(20) == 0, call.told()
    call.expect_gone(known)
    code, _, errors = avatar(call.home, "status")
    assert code == 2
    expect_two_lines(errors, "no call is running")
