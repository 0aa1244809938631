"""Scenes of the rehearsal itself."""

from __future__ import annotations

import asyncio

from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Sentence, SentencesDone, Token
from bus.rehearsal import Rehearsal


class Echo(Actor):
    name = "echo"

    def __init__(self) -> None:
        self.log: list[str] = []

    async def start(self) -> None:
        self.log.append("start")

    async def activate(self) -> None:
        self.log.append("activate")

    async def stop(self) -> None:
        self.log.append("stop")

    async def on_token(self, token: Token, emit: Emit[Sentence]) -> None:
        self.alarm.set(5)
        await emit(Sentence(index=token.index, text=token.text, language="en"))

    async def on_alarm(self, emit: Emit[SentencesDone]) -> None:
        await emit(SentencesDone(sentences=1), turn=9)

    async def run(self) -> None:
        self.log.append("run")
        await asyncio.Event().wait()


def test_an_actor_lives_a_whole_life_and_what_it_says_is_written_down() -> None:
    async def scene() -> None:
        echo = Echo()
        async with Rehearsal(echo) as rehearsal:
            await rehearsal.send(Token(index=0, text="a"), turn=3, gen=4, t0=5)
            sent = rehearsal.sent[0]
            assert (sent.turn, sent.gen, sent.t0) == (3, 4, 5)
            assert echo.alarm.at_ns == 5
            await rehearsal.ring()
            assert echo.alarm.at_ns is None
            assert rehearsal.of(SentencesDone) == [SentencesDone(sentences=1)]
            assert rehearsal.sent[1].turn == 9
            assert rehearsal.take() == [Sentence(index=0, text="a", language="en"), SentencesDone(sentences=1)]
            assert rehearsal.sent == []
            await asyncio.sleep(0)
        assert echo.log == ["start", "activate", "run", "stop"]

    asyncio.run(scene())
