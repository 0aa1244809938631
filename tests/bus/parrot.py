"""Parrot: an actor for scenes, and the stage on which its process lives with a real hub."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

from bus.actor import Actor
from bus.clock import sleep_ms
from bus.control import Notice
from bus.emit import Emit
from bus.errors import Broken, Fatal
from bus.greeting import hello_of
from bus.messages import Cut, Level, Pause, Sentence, Token, TurnState
from bus.orphan import OrphanActor
from bus.runtime import Runtime
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
            case "block":
                sleep_ms(2_000)  # what no actor may do: its whole event loop stands still
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
        runtime = Runtime(
            actor, self.house.keys, self.house.port, hello_of(actor, epoch, os.getpid()), "local", OrphanActor()
        )
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
