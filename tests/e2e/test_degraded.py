"""A call that goes on without its actors, one after the other: each is killed, is given up at once, and comes back when it
is asked for."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from actors.turn_manager.settings import APOLOGY
from bus.control import ActorCall
from bus.messages import CallHealth, Caption, Conversation, TurnState
from tests.e2e.call import Call, Watcher
from tests.e2e.plans import live_plan, short_persona

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS can a test press Ctrl-C"),
]

MORTAL = ("asr", "llm", "tts", "face", "cam-out", "mic-out")
"""Each of them has one life in this plan."""


@pytest.fixture
def call(tmp_path: Path) -> Iterator[Call]:
    plan = live_plan(tmp_path, persona=short_persona(tmp_path))
    once = "".join(f"\n[actors.{name}.restart]\nmax = 0\n" for name in MORTAL)
    plan.write_text(plan.read_text(encoding="utf-8") + once, encoding="utf-8")
    with Call(plan, tmp_path).until_up() as call:
        yield call


def kill(watcher: Watcher, name: str) -> None:
    psutil.Process(watcher.actor(name).pid).kill()
    watcher.until(lambda: watcher.of(CallHealth)[-1].without(name), 10, f"{name} is given up")


def bring_back(watcher: Watcher, name: str) -> None:
    watcher.client.ask("agent", "restart", ActorCall(name), kind=int, timeout_s=20)
    watcher.until(lambda: not watcher.of(CallHealth)[-1].absent(name), 10, f"{name} is back")


def last_caption(watcher: Watcher) -> Caption:
    return watcher.of(Caption)[-1]


def test_a_call_goes_on_without_each_of_its_actors_and_takes_it_back(call: Call) -> None:
    with call.watched(CallHealth, TurnState, Conversation) as watcher:
        kill(watcher, "face")
        assert watcher.ask("are you there") == "Yes."
        assert not last_caption(watcher).written
        bring_back(watcher, "face")

        kill(watcher, "llm")
        assert watcher.ask("are you there") == APOLOGY["en"]
        watcher.until(lambda: watcher.of(Conversation)[-1].lines[-1].apology, 5, "the conversation says so")
        bring_back(watcher, "llm")

        for name in ("tts", "mic-out"):
            kill(watcher, name)
            assert watcher.ask("are you there") == "Yes."
            assert last_caption(watcher).written
            assert watcher.of(TurnState)[-1].phase == "listening"
            bring_back(watcher, name)

        for name in ("asr", "cam-out"):
            kill(watcher, name)
        assert watcher.ask("are you there") == "Yes."
        assert not last_caption(watcher).written, "the voice is back"
    assert call.output.count("(avatar restart") == len(MORTAL)
    assert "the voice goes on without the face: it ended with code" in call.output
    assert "✓ tts is back" in call.output
    call.signal(signal.SIGINT)
    assert call.wait(20) == 1, call.told()
    assert "asr: it ended" in call.errors + call.output
