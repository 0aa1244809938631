"""A call outlives who looks after it: its host agent is killed, its `avatar up` is, or both. Nothing is left in the end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import psutil
import pytest

from bus.clock import now_ns
from bus.control import ActorCall
from bus.errors import Broken
from bus.messages import Ask, CameraPicture, Caption, HeardSound, TurnState
from tests.e2e.call import Call, Watcher, avatar, until
from tests.e2e.plans import live_plan, short_persona
from tests.e2e.test_running_call import expect_no_gap

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS is there the SIGINT that ends it"),
]

STORY_ENDS = "found the sea."


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    folder = tmp_path_factory.mktemp("outliving")
    with Call(live_plan(folder, persona=short_persona(folder)), folder).until_up() as call:
        yield call


@pytest.fixture(scope="module")
def watcher(call: Call) -> Iterator[Watcher]:
    with call.watched(CameraPicture, HeardSound, TurnState) as watcher:
        yield watcher


def pid_of(watcher: Watcher, name: str) -> int:
    """0 while nobody answers."""
    try:
        return watcher.actor(name).pid
    except Broken:
        return 0


def kill_agent(call: Call) -> int:
    agent = call.running().pid
    psutil.Process(agent).kill()
    return agent


def test_a_host_agent_that_is_killed_while_the_avatar_speaks_is_neither_seen_nor_heard(
    call: Call, watcher: Watcher
) -> None:
    begun_ns = now_ns()
    watcher.client.send(Ask(text="tell me a story"))
    watcher.until(lambda: any(state.phase == "speaking" for state in watcher.of(TurnState)))
    killed = kill_agent(call)
    watcher.until(lambda: pid_of(watcher, "agent") not in (0, killed), 10, "another host agent is there")
    watcher.until(lambda: any(c.done and c.text.endswith(STORY_ENDS) for c in watcher.of(Caption)), 30)
    assert not any(c.interrupted for c in watcher.of(Caption))
    expect_no_gap(watcher, begun_ns)
    assert call.process.poll() is None


def test_the_other_host_agent_restarts_actors_and_has_the_same_hub(watcher: Watcher) -> None:
    before, hub = watcher.actor("llm"), watcher.actor("hub")
    assert watcher.client.ask("agent", "restart", ActorCall("llm"), kind=int, timeout_s=20) == before.epoch + 1
    assert watcher.ask("are you there") == "Yes."
    assert (watcher.actor("llm").restarts, watcher.actor("hub").pid) == (before.restarts + 1, hub.pid)


def test_host_agent_and_hub_killed_together_come_back_and_the_question_is_answered(
    call: Call, watcher: Watcher
) -> None:
    hub = pid_of(watcher, "hub")
    kill_agent(call)
    psutil.Process(hub).kill()
    assert watcher.ask("are you there", 30) == "Yes."
    watcher.until(lambda: pid_of(watcher, "hub") not in (0, hub), 10)


def test_a_killed_up_and_host_agent_are_followed_by_whoever_looks_next_and_up_shows_the_call_again(
    call: Call, watcher: Watcher
) -> None:
    call.process.kill()
    call.process.wait()
    kill_agent(call)
    code, out, errors = avatar(call.home, "status")
    assert code == 0
    assert "running" in out
    agent, up = errors.splitlines()
    assert "another one has taken the call over" in agent
    assert "goes on in the background until `avatar down`" in up
    assert watcher.ask("are you there", 30) == "Yes."
    again = call.again()
    until(lambda: "the call is up" in again.output, 20, again.told)
    assert "showing it again" in again.output
    known = call.processes()
    again.signal(signal.SIGINT)
    assert again.wait(30) == 0, again.told()
    call.expect_gone(known)
