"""Scenes of an actor at work: cuts, drains, receipts, slow handlers, alarms."""

from __future__ import annotations

import asyncio

from bus.clock import MS, now_ns
from bus.greeting import hello_of
from bus.messages import Cut, Level, Pause
from tests.bus.house import soon
from tests.bus.parrot import Parrot, Stage, play


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


def test_its_heartbeats_tell_a_loop_that_stands_still_from_a_handler_that_waits() -> None:
    async def scene(stage: Stage) -> None:
        parrot = Parrot()
        stage.process(parrot)
        await stage.activate()
        peer = stage.house.hub.roster.peers[b"parrot#1"]
        stage.say("wait")
        await soon(lambda: peer.pulse.busy_ms > 0)
        assert peer.pulse.stuck_ms == 0
        parrot.go.set()
        stage.say("block", first=1)
        await soon(lambda: peer.pulse.stuck_ms > 0)
        assert peer.pulse.busy_ms >= peer.pulse.stuck_ms

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
        await asyncio.wait_for(process, 30)

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
        await asyncio.wait_for(process, 30)
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
