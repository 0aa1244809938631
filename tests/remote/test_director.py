"""Director of a call, with a real hub and a host agent that says what the scene wants."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bus.clock import MS, now_ns
from bus.envelope import NO_CAUSE
from bus.errors import Broken
from bus.messages import SoundEnded, TurnState
from bus.messages.stage import StageAddress
from remote import closing, curfew
from remote import director as module
from remote.director import EndedBadly
from remote.mark import Mark
from remote.muster import Member, Muster, SeatRoll
from remote.session import Ending, Running
from tests.bus.house import House, until
from tests.remote.scripted import IDLE, Scene, Script


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()


@pytest.fixture
def scene(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    scene = Scene(house, tmp_path)
    yield scene
    scene.director._close()
    for process in scene.started:
        process.kill()
        process.wait()
    if scene.agent:
        scene.agent.hush()
        scene.agent.end_process()


def test_a_start_is_over_when_every_actor_runs(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    scene.play("starting", "standby", "restarting", "running")
    scene.director.start()
    assert scene.audience.up
    assert scene.audience.progress[0] == (0, 1)
    assert scene.audience.progress[-1] == (1, 1)


def test_a_start_goes_on_without_an_actor_that_was_given_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    scene.play("given up")
    scene.director.start()
    assert scene.audience.up


def test_a_start_that_fails_tells_what_the_agent_said(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.session.write("ending.json", Ending("vad: no microphone", "plug one in", 2))
    scene.started_by(monkeypatch, "")
    with pytest.raises(EndedBadly) as failed:
        scene.director.start()
    assert (failed.value.what, failed.value.todo, failed.value.exit_code) == ("vad: no microphone", "plug one in", 2)


def test_agents_that_die_without_a_word_again_and_again_are_told_with_their_log(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.started_by(monkeypatch, "raise SystemExit(3)")
    with pytest.raises(Broken, match="died again and again") as failed:
        scene.director.start()
    assert "agent.log" in failed.value.todo
    assert len(scene.started) == 2
    assert scene.session.has_ended


def test_ctrl_c_while_it_starts_ends_the_agent(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    monkeypatch.setattr(module, "sleep_ms", lambda ms: setattr(scene.director, "stopping", True))
    with pytest.raises(KeyboardInterrupt):
        scene.director.start()
    assert scene.started[0].poll() is not None
    assert scene.session.has_ended


def test_a_start_that_takes_too_long_is_broken_off(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.started_by(monkeypatch, IDLE)
    monkeypatch.setattr(module, "start_limit_s", lambda plan: 0.2)
    with pytest.raises(Broken, match="was not up within"):
        scene.director.start()


def test_a_call_is_over_when_its_sound_has_ended_and_nobody_speaks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curfew, "QUIET_NS", 0)
    scene.play()
    follower = threading.Thread(target=scene.director.follow)
    with (
        scene.house.peer("turn-manager", gives=(TurnState,)) as turns,
        scene.house.peer("vad", gives=(SoundEnded,)) as vad,
    ):
        follower.start()
        until(lambda: "director" in [p.hello.name for p in list(scene.house.hub.roster.peers.values())])
        turns.sender.send_now(TurnState(phase="speaking", since_ns=0), NO_CAUSE)
        until(lambda: "TurnState" in scene.audience.heard)
        vad.sender.send_now(SoundEnded(at_ns=now_ns()), NO_CAUSE)
        until(lambda: "SoundEnded" in scene.audience.heard)
        follower.join(0.3)
        assert follower.is_alive()  # it still speaks
        turns.sender.send_now(TurnState(phase="listening", since_ns=0), NO_CAUSE)
        follower.join(30)
    assert not follower.is_alive()


def test_a_call_is_over_when_its_agent_has_said_its_last_word(scene: Scene) -> None:
    agent = scene.play()
    assert scene.director._is_up()
    follower = threading.Thread(target=scene.director.follow)
    follower.start()
    agent.vanish(Ending("tts: no voice", "install one", 1))
    follower.join(30)
    assert not follower.is_alive()
    assert scene.director.end().what == "tts: no voice"


def test_an_agent_that_was_killed_gets_a_successor_and_the_call_is_followed_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.started_by(monkeypatch, IDLE)
    agent = scene.play()
    assert scene.director._is_up()
    follower = threading.Thread(target=scene.director.follow)
    follower.start()
    scene.session.write("session.json", Running(agent.dead.pid, agent.dead.started, scene.house.port, "scene.toml"))
    until(lambda: scene.started)
    assert follower.is_alive()
    agent.appear()  # what the successor does first
    scene.director.stopping = True
    follower.join(30)
    assert len(scene.started) == 1


def test_a_director_that_attends_takes_the_place_of_one_that_is_gone(scene: Scene) -> None:
    agent = scene.play("restarting", "running")
    scene.session.write("director.json", agent.dead)
    scene.director.attend()
    assert scene.audience.up
    assert scene.session.director() == Mark.own()


def test_end_tells_the_agent_and_waits_for_its_last_word(scene: Scene) -> None:
    scene.play()
    assert scene.director.end() == Ending(movies=("call.mp4",))
    assert scene.audience.over


def test_an_agent_that_does_not_answer_is_ended_by_its_pid(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = scene.play()
    agent.hush()  # "nobody named agent is here"
    monkeypatch.setattr(closing, "ANSWER_NS", 0)
    ended: list[int] = []

    def terminate(process: psutil.Process) -> None:
        ended.append(process.pid)
        agent.vanish(Ending())

    monkeypatch.setattr(psutil.Process, "terminate", terminate)
    assert scene.director.end() == Ending()
    assert ended == [agent.process.pid]


def test_one_that_does_not_end_in_time_is_killed_but_a_film_may_take_long(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = scene.play()
    killed: list[str] = []
    monkeypatch.setattr(agent, "vanish", lambda ending: None)
    monkeypatch.setattr(module, "STOP_S", 0.05)
    monkeypatch.setattr(closing, "kill_call", lambda session: killed.append(session.name))
    with pytest.raises(Broken, match="did not end"):
        scene.director.end()
    assert killed == ["scene"]
    scene.session.write("ending.json", Ending("filming"))
    late = now_ns() + 100 * MS
    monkeypatch.setattr(
        closing, "sleep_ms", lambda ms: Script.vanish(agent, Ending("filming")) if now_ns() > late else None
    )
    assert scene.director.end().what == "filming"
    assert now_ns() > late


def test_one_that_is_ending_already_is_not_told_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = scene.play()
    agent.deaf = True
    scene.session.write("staff.json", Muster(control_port=scene.house.port, ending=Ending("no voice")))
    monkeypatch.setattr(closing, "sleep_ms", lambda ms: agent.vanish(Ending("no voice")))
    assert scene.director.end() == Ending("no voice")


def test_leaving_on_purpose_lets_the_call_run_in_the_background(scene: Scene) -> None:
    scene.play()
    scene.director.attend()
    scene.director.leave()
    assert scene.session.director() is None


def test_an_agent_that_the_new_hub_does_not_know_yet_is_waited_for(scene: Scene) -> None:
    agent = scene.play()
    agent.hush()
    assert not scene.director._is_up()


def test_kill_takes_the_agent_and_all_that_stand_in_the_roll(scene: Scene) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", IDLE]) for _ in range(3)]
    agent, hub, actor = marks = [Mark.of(process.pid) for process in processes]
    assert agent is not None
    assert hub is not None
    assert actor is not None
    seat = SeatRoll(name="tts", epoch=1, members=(Member(1, "current", actor, ""),))
    scene.session.write("session.json", Running(agent.pid, agent.started, scene.house.port, "scene.toml"))
    scene.session.write("staff.json", Muster(control_port=scene.house.port, hub=hub, seats=(seat,)))
    scene.director.kill()
    for process in processes:
        process.wait(30)
    assert not any(mark.alive for mark in marks if mark)
    assert scene.session.has_ended
    scene.director.kill()  # nobody is left: nothing happens


def test_one_who_leaves_sees_the_page_s_address_and_waits_no_longer(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.started_by(monkeypatch, IDLE)
    scene.play("running")
    scene.director.start()
    with scene.house.peer("web", gives=(StageAddress,)) as web:
        web.send(StageAddress(url="http://127.0.0.1:8440/"))
        before = now_ns()
        scene.director.show_until(StageAddress, 30)
    assert scene.audience.heard[-1] == "StageAddress"
    assert now_ns() - before < 20_000 * MS
    scene.director.show_until(SoundEnded, 0.05)
    assert scene.audience.heard[-1] == "StageAddress", "and one that does not come is not waited for"
