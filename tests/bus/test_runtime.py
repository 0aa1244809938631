"""Scenes of an actor's process: its life with a real hub, from standby to bye."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bus.actor import Actor
from bus.clock import MS, now_ns
from bus.control import Notice
from bus.emit import Emit
from bus.errors import AvatarError, Broken, Fatal, Wrong
from bus.messages import Cut, Level, Pause, Sentence, Token, TurnState
from bus.runtime import Runtime, hello_of
from tests.bus.house import House, Peer, Stranger, soon


class Parrot(Actor):
    """Repeats tokens; does what their text says."""

    name = "parrot"

    def __init__(self) -> None:
        self.log: list[str] = []
        self.go = asyncio.Event()
        self.levels: list[float] = []

    async def start(self) -> None:
        self.log.append("start")

    async def activate(self) -> None:
        self.log.append("activate")

    async def stop(self) -> None:
        self.log.append("stop")

    async def on_token(self, token: Token, emit: Emit[Sentence | TurnState]) -> None:
        match token.text:
            case "wait":
                self.log.append(f"wait {token.index}")
                try:
                    await self.go.wait()
                except asyncio.CancelledError:
                    self.log.append(f"cancelled {token.index}")
                    raise
            case "break":
                raise Broken("a string broke", "new strings")
            case "die":
                raise Fatal("no feathers", "buy some")
            case "bug":
                raise ZeroDivisionError
        await emit(Sentence(index=token.index, text=token.text, language="en"))

    async def on_level(self, level: Level) -> None:
        await self.go.wait()
        self.levels.append(level.dbfs)

    async def on_pause(self, pause: Pause) -> None:
        self.log.append(f"pause {pause.onset_ns}")

    async def on_alarm(self, emit: Emit[Sentence]) -> None:
        self.log.append("alarm")


class Stage:
    """One actor's process on a hub, with somebody who speaks to it, hears it, and is its host agent."""

    def __init__(self, house: House, peer: Peer, agent: Stranger) -> None:
        self.house = house
        self.peer = peer
        self.agent = agent
        self.running: list[asyncio.Task[None]] = []

    def process(self, actor: Actor, epoch: int = 1) -> asyncio.Task[None]:
        runtime = Runtime(actor, self.house.keys, self.house.port, hello_of(actor, epoch, os.getpid()), "local")
        task = asyncio.create_task(runtime.run())
        self.running.append(task)
        return task

    async def ready(self, epoch: int = 1) -> None:
        peers = self.house.hub.roster.peers
        await soon(lambda: b"parrot#%d" % epoch in peers and peers[b"parrot#%d" % epoch].ready, "not ready")

    async def activate(self, epoch: int = 1) -> None:
        await self.ready(epoch)
        assert await asyncio.to_thread(self.agent.do, "activate", "parrot", epoch) == ""
        await soon(lambda: self.house.phase("parrot", epoch) == "active", "not active")

    async def heard(self, *numbers: int) -> None:
        def found() -> list[int]:
            return [m.index for m in self.peer.messages if isinstance(m, Sentence)]

        await soon(lambda: len(found()) >= len(numbers), f"heard {found()}")
        assert found() == list(numbers)

    def say(self, *texts: str, gen: int = 0, first: int = 0) -> None:
        self.peer.send(*(Token(index=first + n, text=t) for n, t in enumerate(texts)), gen=gen)

    async def bye(self) -> Notice:
        words = self.peer.ear.words
        byes = await soon(lambda: [w for w in words if isinstance(w, Notice) and w.event == "gone"], "no bye")
        return byes[0]


def play(scene: Callable[[Stage], Coroutine[Any, Any, None]]) -> None:
    house = House()
    try:
        with (
            house.peer("agent", kind="agent", takes=(Sentence,), gives=(Token, Level, Pause, Cut)) as peer,
            house.stranger() as agent,
        ):
            agent.hello()

            async def main() -> None:
                stage = Stage(house, peer, agent)
                try:
                    await scene(stage)
                finally:
                    for task in stage.running:
                        task.cancel()
                    await asyncio.gather(*stage.running, return_exceptions=True)

            asyncio.run(main())
    finally:
        house.end()


def test_from_standby_to_bye() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        process = stage.process(parrot)
        await stage.ready()
        stage.say("early")
        assert parrot.log == ["start"], "devices are taken when it is activated, not before"
        await stage.activate()
        stage.say("hello", "world", first=1)
        await stage.heard(0, 1, 2)
        await asyncio.to_thread(stage.agent.do, "stop", "parrot")
        await process
        assert parrot.log == ["start", "activate", "stop"]
        assert (await stage.bye()).what == ""

    play(scene)


@pytest.mark.parametrize("where", ["start", "activate"])
@pytest.mark.parametrize("error", [Wrong("a", "b"), Fatal("a", "b"), Broken("a", "b")], ids=lambda e: type(e).__name__)
def test_a_failing_start_says_what_and_whether_a_restart_helps(where: str, error: AvatarError) -> None:
    class Lame(Parrot):
        name = "parrot"

        async def start(self) -> None:
            if where == "start":
                await asyncio.sleep(0.02)
                raise error

        async def activate(self) -> None:
            raise error

    async def scene(stage: Stage) -> None:
        lame = Lame()
        process = stage.process(lame)
        if where == "activate":
            await stage.ready()
            await asyncio.to_thread(stage.agent.do, "activate", "parrot", 1)
        with pytest.raises(type(error)):
            await process
        assert lame.log == ["stop"]
        bye = await stage.bye()
        assert (bye.what, bye.todo, bye.hopeless) == ("a", "b", not error.restart_helps)

    play(scene)


def test_a_handler_that_cannot_go_on_ends_the_process_and_one_that_broke_does_not() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        process = stage.process(parrot)
        await stage.activate()
        stage.say("break", "fine")
        await stage.heard(1)
        stage.say("die", first=2)
        with pytest.raises(Fatal, match="no feathers"):
            await process
        assert parrot.log[-1] == "stop"

    play(scene)


def test_a_bug_in_a_handler_comes_out_as_it_is() -> None:
    async def scene(stage: Stage) -> None:
        process = stage.process(Parrot())
        await stage.activate()
        stage.say("bug")
        with pytest.raises(ZeroDivisionError):
            await process
        assert (await stage.bye()).what == "ZeroDivisionError in parrot"

    play(scene)


def test_a_stop_during_a_long_start_ends_it() -> None:
    class Sleeper(Parrot):
        name = "parrot"

        async def start(self) -> None:
            await self.go.wait()

    async def scene(stage: Stage) -> None:
        sleeper = Sleeper()
        process = stage.process(sleeper)
        await soon(lambda: b"parrot#1" in stage.house.hub.roster.peers)
        await asyncio.to_thread(stage.agent.do, "stop", "parrot")
        await asyncio.wait_for(process, 3)
        assert sleeper.log == ["stop"]

    play(scene)


def test_a_stop_that_fails_still_says_bye() -> None:
    class Stuck(Parrot):
        name = "parrot"

        async def stop(self) -> None:
            raise Broken("the device hangs")

    async def scene(stage: Stage) -> None:
        process = stage.process(Stuck())
        await stage.activate()
        await asyncio.to_thread(stage.agent.do, "stop", "parrot")
        with pytest.raises(Broken):
            await process
        assert (await stage.bye()).what == "the device hangs"

    play(scene)


def test_a_barge_in_cancels_the_handler_in_hand_drops_what_waits_and_lets_the_next_generation_through() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        stage.process(parrot)
        await stage.activate()
        stage.say("wait", "old", "old", gen=1)
        await soon(lambda: "wait 0" in parrot.log)
        cut_ns = now_ns()
        stage.peer.send(Cut(below_gen=2))
        await soon(lambda: "cancelled 0" in parrot.log)
        assert now_ns() - cut_ns < 50 * MS
        stage.say("old", gen=1, first=7)
        stage.say("new", gen=2, first=8)
        await stage.heard(8)
        await soon(lambda: stage.peer.link.unsettled == 0)

    play(scene)


def test_a_stop_that_comes_with_a_cut_still_stops() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        process = stage.process(parrot)
        await stage.activate()
        stage.say("wait", gen=1)
        await soon(lambda: "wait 0" in parrot.log)
        stage.peer.send(Cut(below_gen=2))
        await asyncio.to_thread(stage.agent.do, "stop", "parrot")
        await asyncio.wait_for(process, 3)

    play(scene)


def test_a_drain_finishes_the_unit_in_hand_and_leaves_the_rest_to_the_successor() -> None:
    async def scene(stage: Stage) -> None:
        old, new = Parrot(), Parrot()
        process = stage.process(old)
        await stage.activate()
        stage.say("a", "wait", "c", "d")
        await soon(lambda: "wait 1" in old.log)
        stage.process(new, 2)
        await stage.ready(2)
        assert await asyncio.to_thread(stage.agent.do, "activate", "parrot", 2) == ""
        await soon(lambda: stage.house.phase("parrot", 1) == "draining")
        old.go.set()
        await process
        await stage.heard(0, 1, 2, 3)
        assert old.log[-1] == "stop"
        assert "wait 1" not in new.log, "what was finished is not handled again"

    play(scene)


def test_a_cut_during_a_drain_still_cuts() -> None:
    async def scene(stage: Stage) -> None:
        old, new = Parrot(), Parrot()
        process = stage.process(old)
        await stage.activate()
        stage.say("wait", gen=1)
        await soon(lambda: "wait 0" in old.log)
        stage.process(new, 2)
        await stage.ready(2)
        await asyncio.to_thread(stage.agent.do, "activate", "parrot", 2)
        await soon(lambda: stage.house.phase("parrot", 1) == "draining")
        stage.peer.send(Cut(below_gen=2))
        await asyncio.wait_for(process, 3)
        assert "cancelled 0" in old.log

    play(scene)


def test_an_acknowledgement_does_not_wait_for_a_slow_handler() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        stage.process(parrot)
        await stage.activate()
        stage.say("quick", "wait")
        await soon(lambda: stage.peer.link.unsettled == 1, "the first one is handled")
        parrot.go.set()
        await soon(lambda: stage.peer.link.unsettled == 0)

    play(scene)


def test_a_slow_handler_of_the_latest_lane_loses_the_oldest_counted_and_a_pause_is_not_behind_it() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        stage.process(parrot)
        await stage.activate()
        await soon(lambda: b"vad.level\0" in stage.house.hub.exchange._wanted)

        def level(number: int) -> None:
            stage.peer.send(Level(dbfs=float(number), speech=0.0))

        for number in range(60):
            level(number)
            await asyncio.sleep(0.002)
        stage.peer.send(Pause(onset_ns=3))
        await soon(lambda: "pause 3" in parrot.log)
        parrot.go.set()
        await soon(lambda: parrot.levels and parrot.levels[-1] == 59.0)
        assert len(parrot.levels) <= Level.spec.keep + 1

    play(scene)


def test_the_alarm_rings_once_at_its_time_and_can_be_moved() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        stage.process(parrot)
        parrot.alarm.set(now_ns() + 10_000 * MS)
        await stage.activate()
        parrot.alarm.set(now_ns() + 30 * MS)
        await soon(lambda: "alarm" in parrot.log)
        assert parrot.alarm.at_ns is None
        parrot.alarm.set(now_ns() + 10_000 * MS)
        parrot.alarm.set(None)
        await asyncio.sleep(0.02)
        assert parrot.log.count("alarm") == 1

    play(scene)


def test_what_an_actor_tells_its_hub_comes_from_its_wiring() -> None:
    async def scene() -> None:
        hello = hello_of(Parrot(), 3, 7)
        assert (hello.name, hello.epoch, hello.takes, hello.hears) == (
            "parrot",
            3,
            ("llm.token",),
            ("turn-manager.pause",),
        )
        assert (hello.watches, hello.states) == (("vad.level",), ("turn-manager.state",))
        assert set(hello.gives) == {"chunker.sentence", "turn-manager.state"}

    asyncio.run(scene())
