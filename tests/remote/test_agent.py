"""Host agent: a whole session of two small actors, shot at. Picture and sound of real calls: tests/e2e."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.control import ActorCall
from bus.errors import Broken
from bus.messages import CallHealth
from remote.leftovers import kill_call
from remote.mark import Mark
from remote.session import Ending, Session
from remote.status import ActorStatus, CallStatus
from topology.plan import Placement, Plan, Restart
from topology.plan import Session as SessionTable

pytestmark = pytest.mark.e2e


RULES = Restart(max=1, backoff_ms=1, hang_s=3)


def until(true: Callable[[], object], seconds: float = 30) -> None:
    deadline = now_ns() + int(seconds * SECOND)
    while not true():
        assert now_ns() < deadline, "it did not happen"
        sleep_ms(10)


class Host:
    """One host agent as a process, with a director that asks it."""

    def __init__(self, folder: Path, *, name: str = "scene", grace_s: float = 60, engine: str = "fake") -> None:
        actors = {
            name: Placement(actor=name, engine=engine if name == "llm" else "own", restart=RULES)
            for name in ("chunker", "llm")
        }
        table = SessionTable(name=name, grace_s=grace_s)
        self.session = Session.create(Plan(file=str(folder / "scene.toml"), session=table, actors=actors))
        self._client: Client | None = None
        self._agents: list[psutil.Popen] = []
        self.process = self.start()

    def start(self) -> psutil.Popen:
        """One more host agent."""
        agent = psutil.Popen([sys.executable, "-m", "remote", self.session.name], stderr=subprocess.DEVNULL)
        self._agents.append(agent)
        return agent

    def end(self) -> None:
        """Ends it in order, whichever host agent it has."""
        self.client.ask("agent", "end", kind=object)
        until(lambda: self.session.has_ended and all(agent.poll() is not None for agent in self._agents))

    def left(self) -> list[Mark]:
        """Processes of the call that still run."""
        muster = self.session.muster()
        return [mark for mark in muster.marks() if mark.alive] if muster else []

    @property
    def client(self) -> Client:
        if self._client is None:
            until(self.session.running)
            running = self.session.running()
            assert running
            self._client = Client(self.session.keys(), running.control_port, "director")
        return self._client

    def rows(self) -> dict[str, ActorStatus]:
        status = self.client.ask("agent", "status", kind=CallStatus, timeout_s=1)
        return {row.actor: row for row in status.actors}

    def settled(self, name: str, not_pid: int = 0) -> bool:
        """Whether everybody runs, and `name` in another process than that."""
        try:
            rows = self.rows()
        except Broken:  # no hub just now
            return False
        return all(r.state == "running" for r in rows.values()) and rows[name].pid != not_pid

    def up(self) -> Host:
        until(lambda: self.settled("llm"))
        return self

    def ending(self) -> Ending:
        """How it ended; waits."""
        self.process.wait(30)
        ending = self.session.read("ending.json", Ending)
        assert ending is not None
        return ending

    def close(self) -> None:
        if self._client:
            self._client.close()
        kill_call(self.session)
        for agent in self._agents:
            if agent.poll() is None:
                agent.kill()
            agent.wait()


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Host]]:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    hosts: list[Host] = []

    def start(**more: object) -> Host:
        hosts.append(Host(tmp_path, **more))  # type: ignore[arg-type]
        return hosts[-1]

    yield start
    for each in hosts:
        each.close()


def test_a_session_survives_its_hub_and_its_actors_and_ends_when_told(host: Callable[..., Host]) -> None:
    call = host().up()
    before = call.rows()
    psutil.Process(before["hub"].pid).kill()
    until(lambda: call.settled("hub", before["hub"].pid))
    after = call.rows()
    assert (after["hub"].restarts, after["llm"].pid, after["chunker"].pid) == (
        1, before["llm"].pid, before["chunker"].pid,
    )  # fmt: skip
    psutil.Process(after["llm"].pid).kill()
    until(lambda: call.settled("llm", after["llm"].pid))
    assert call.client.ask("agent", "restart", ActorCall("chunker"), kind=int) == 2
    with pytest.raises(Broken, match="no actor 'tss'"):
        call.client.ask("agent", "restart", ActorCall("tss"), kind=int)
    with pytest.raises(Broken, match="does not know 'dance'"):
        call.client.ask("agent", "dance", kind=object)
    children = call.process.children(recursive=True)
    call.client.ask("agent", "end", kind=object)
    assert call.ending() == Ending()
    assert call.session.running() is None
    assert not any(child.is_running() for child in children)


def test_a_hub_that_dies_while_an_actor_is_replaced_holds_nothing_up(host: Callable[..., Host]) -> None:
    call = host().up()
    before = call.rows()
    call.client.tell("agent", "restart", ActorCall("llm"))
    until(lambda: call.rows()["llm"].state == "restarting")
    psutil.Process(before["hub"].pid).kill()
    until(lambda: call.settled("llm", before["llm"].pid))


def test_a_hub_and_an_actor_that_were_stopped_are_killed_and_replaced(host: Callable[..., Host]) -> None:
    call = host().up()
    before = call.rows()
    for name in ("llm", "hub"):
        psutil.Process(before[name].pid).suspend()
    until(lambda: call.settled("hub", before["hub"].pid) and call.settled("llm", before["llm"].pid), 20)
    after = call.rows()
    assert "hung for 5 s" in after["hub"].error
    assert "hung for" in after["llm"].error
    assert after["chunker"].pid == before["chunker"].pid
    assert not psutil.pid_exists(before["llm"].pid)


def test_an_actor_that_dies_too_often_is_given_up_and_the_end_says_so(host: Callable[..., Host]) -> None:
    call = host().up()
    running = call.session.running()
    assert running
    watcher = Client(call.session.keys(), running.control_port, "watcher", takes=(CallHealth,))
    first = call.rows()["llm"].pid
    psutil.Process(first).kill()
    until(lambda: call.settled("llm", first))
    psutil.Process(call.rows()["llm"].pid).kill()
    until(lambda: call.rows()["llm"].state == "given up")
    assert call.rows()["chunker"].state == "running"
    until(lambda: _newest(watcher).without("llm"))
    watcher.close()
    call.client.ask("agent", "end", kind=object)
    (why,) = call.ending().given_up
    assert why.startswith("llm: it died 2 times")


def _newest(watcher: Client) -> CallHealth:
    message = watcher.deliveries.get(timeout=30).message
    assert isinstance(message, CallHealth)
    return message


def test_an_actor_that_cannot_be_built_ends_the_start_with_its_log(host: Callable[..., Host]) -> None:
    ending = host(engine="nothing").ending()
    assert ending.exit_code in (1, 2)
    assert ending.what.startswith("llm: ")
    assert ending.todo != ""


def test_a_killed_agent_is_followed_by_another_one_that_goes_on_with_the_same_processes(
    host: Callable[..., Host],
) -> None:
    call = host().up()
    before = call.rows()
    call.process.kill()
    call.process.wait()
    assert call.session.is_left()
    call.start()
    until(lambda: call.settled("agent", before["agent"].pid))
    after = call.rows()
    assert [after[n].pid for n in ("llm", "chunker", "hub")] == [before[n].pid for n in ("llm", "chunker", "hub")]
    assert (after["agent"].restarts, after["llm"].restarts) == (1, 0)
    assert call.client.ask("agent", "restart", ActorCall("chunker"), kind=int) == 2
    psutil.Process(after["llm"].pid).kill()
    until(lambda: call.settled("llm", after["llm"].pid))
    psutil.Process(after["hub"].pid).kill()
    until(lambda: call.settled("hub", after["hub"].pid))
    call.end()
    assert call.left() == []


def test_an_agent_and_its_hub_that_are_killed_together_come_back_at_the_same_port(host: Callable[..., Host]) -> None:
    call = host().up()
    before = call.rows()
    call.process.kill()
    psutil.Process(before["hub"].pid).kill()
    call.process.wait()
    call.start()
    until(lambda: call.settled("hub", before["hub"].pid))
    assert call.rows()["llm"].pid == before["llm"].pid
    call.end()
    assert call.left() == []


def test_of_several_that_would_take_over_one_does(host: Callable[..., Host]) -> None:
    call = host().up()
    call.process.kill()
    call.process.wait()
    others = [call.start() for _ in range(3)]
    until(lambda: sum(each.poll() is None for each in others) == 1)
    assert [each.wait() for each in others if each.poll() is not None] == [0, 0]
    until(lambda: call.settled("llm"))
    call.end()
    assert call.left() == []


def test_an_agent_that_is_killed_while_the_call_starts_is_followed_by_one_that_starts_it(
    host: Callable[..., Host],
) -> None:
    call = host()
    until(lambda: (muster := call.session.muster()) and any(seat.members for seat in muster.seats))
    call.process.kill()
    call.process.wait()
    call.start()
    call.up()
    call.end()
    assert call.left() == []


def test_one_that_nobody_takes_over_ends_by_itself_and_leaves_no_process(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = host(grace_s=0).up()
    both = host(name="both", grace_s=0).up()
    hub = both.rows()["hub"].pid
    for each in (call, both):
        each.process.kill()
        each.process.wait()
    psutil.Process(hub).kill()
    until(lambda: not call.left(), 20)
    until(lambda: not both.left(), 20)
    assert not call.session.lives()


def test_a_director_that_vanishes_ends_the_session_after_its_grace(host: Callable[..., Host]) -> None:
    call = host(grace_s=0.5).up()
    call.session.write("director.json", Mark(call.process.pid, 0.0))
    assert call.ending() == Ending()


def test_a_torn_plan_is_told_in_two_lines(host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch) -> None:
    create = Session.create

    def torn(plan: Plan) -> Session:
        session = create(plan)
        (session.folder / "plan.json").write_bytes(msgspec.json.encode(plan)[:-5])
        return session

    monkeypatch.setattr(Session, "create", torn)
    ending = host().ending()
    assert (ending.what, ending.exit_code) == ("the plan of session 'scene' is gone", 2)
