"""Scenes of an actor's process: its life with a real hub, from standby to bye."""

from __future__ import annotations

import asyncio

import pytest

from bus import runtime
from bus.codec import decode_header
from bus.emit import Emit
from bus.errors import AvatarError, Broken, Fatal, Wrong
from bus.messages import TurnState
from tests.bus.house import soon
from tests.bus.parrot import Parrot, Stage, play


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


def test_one_that_cannot_give_back_its_model_is_left_and_says_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clinging(Parrot):
        name = "parrot"

        async def stop(self) -> None:
            await asyncio.Event().wait()

    async def scene(stage: Stage) -> None:
        process = stage.process(Clinging())
        await stage.activate()
        await asyncio.to_thread(stage.agent.do, "stop", "parrot")
        await process
        assert (await stage.bye()).what == ""

    monkeypatch.setattr(runtime, "STOP_S", 0.02)
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
        await asyncio.wait_for(process, 30)
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


def test_a_successor_tells_the_states_of_the_one_before_in_its_own_name() -> None:
    """Else they die with the hub: those who come back to a new one send only what is theirs."""

    class Teller(Parrot):
        name = "parrot"

        async def run(self, emit: Emit[TurnState]) -> None:
            if "first" in self.log:
                await emit(TurnState(phase="paused", since_ns=7))

    async def scene(stage: Stage) -> None:
        def told(epoch: int) -> bool:
            states = stage.house.hub.exchange.remembered("parrot")
            return [decode_header(list(frames))[1].epoch for frames in states] == [epoch]

        first = Teller()
        first.log.append("first")
        stage.process(first)
        await stage.activate()
        await soon(lambda: told(1))
        stage.process(Teller(), epoch=2)
        await stage.activate(epoch=2)
        await soon(lambda: told(2))

    play(scene)
