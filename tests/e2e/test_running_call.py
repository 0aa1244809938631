"""A running call from a second program: asked, restarted part by part, and shot at. Picture and sound go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import psutil
import pytest

from bus.clock import MS, now_ns
from bus.control import ActorCall
from bus.messages import CameraPicture, HeardSound
from tests.e2e.call import Call, Watcher, avatar, expect_two_lines
from tests.e2e.plans import live_plan, short_persona

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

ACTORS = (
    "web", "vad", "asr", "turn-manager", "llm", "chunker", "tts", "face", "av-sync", "cam-out", "mic-out",
)  # fmt: skip
WORST_GAP_MS = 250
"""A picture comes every 40 ms, sound every 20 ms; the rest is for a busy machine."""


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    folder = tmp_path_factory.mktemp("running")
    with Call(live_plan(folder, persona=short_persona(folder)), folder).until_up() as call:
        yield call


@pytest.fixture(scope="module")
def watcher(call: Call) -> Iterator[Watcher]:
    with call.watched(CameraPicture, HeardSound) as watcher:
        yield watcher


def worst_gap_ms(times: Sequence[int], since_ns: int) -> float:
    """The longest wait between two of these times (ns) after `since_ns`, to now."""
    inside = [at for at in times if at >= since_ns]
    assert inside, "nothing came at all"
    return float(np.diff([since_ns, *sorted(inside), max(inside[-1], now_ns())]).max() / MS)


def expect_no_gap(watcher: Watcher, since_ns: int) -> None:
    assert worst_gap_ms([p.at_ns for p in watcher.of(CameraPicture)], since_ns) < WORST_GAP_MS
    assert worst_gap_ms([s.at_ns for s in watcher.of(HeardSound)], since_ns) < WORST_GAP_MS


def test_a_second_up_of_the_same_session_is_refused(call: Call) -> None:
    code, out, errors = avatar(call.home, "up", str(call.folder / "live.toml"))
    assert (code, out) == (2, "")
    expect_two_lines(errors, f"already running .pid {call.running().pid}")


def test_a_typed_question_is_answered(watcher: Watcher) -> None:
    assert watcher.ask("are you there") == "Yes."


@pytest.mark.parametrize("name", ACTORS)
def test_a_restart_is_neither_seen_nor_heard(watcher: Watcher, name: str) -> None:
    before, begun_ns = watcher.actor(name), now_ns()
    watcher.client.ask("agent", "restart", ActorCall(name), kind=int, timeout_s=20)
    assert watcher.ask("are you there") == "Yes."
    expect_no_gap(watcher, begun_ns)
    after = watcher.actor(name)
    assert after.pid != before.pid
    assert (after.state, after.restarts) == ("running", before.restarts + 1)
    watcher.until(lambda: not psutil.pid_exists(before.pid), 10, "the old process is gone")


@pytest.mark.parametrize("name", ACTORS)
def test_a_killed_actor_comes_back_and_the_next_question_is_answered(watcher: Watcher, name: str) -> None:
    before, begun_ns = watcher.actor(name), now_ns()
    psutil.Process(before.pid).kill()
    watcher.until(lambda: watcher.actor(name).pid not in (0, before.pid), 15, "it comes back")
    watcher.until(lambda: watcher.actor(name).state == "running", 15, "it runs")
    assert watcher.ask("are you there") == "Yes."
    if name not in ("cam-out", "mic-out"):
        expect_no_gap(watcher, begun_ns)


def test_a_killed_hub_comes_back_and_the_next_question_is_answered(watcher: Watcher) -> None:
    begun_ns = now_ns()
    psutil.Process(watcher.actor("hub").pid).kill()
    watcher.until(lambda: any(p.at_ns > begun_ns + 1_000 * MS for p in watcher.of(CameraPicture)), 15, "pictures")
    assert watcher.ask("are you there") == "Yes."
    assert watcher.actor("hub").restarts == 1


def test_a_question_asked_while_its_actors_are_dead_is_answered_when_they_are_back(watcher: Watcher) -> None:
    for name in ("llm", "tts", "face"):
        psutil.Process(watcher.actor(name).pid).kill()
    assert watcher.ask("are you there") == "Yes."
