"""Scenes of two voices in processes of their own, one of them slow: they share a reply, and one may die."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from actors.reply_voice import ReplyVoice, VoiceMessage
from actors.tts.actor import Tts
from actors.tts.fake import FakeVoice, FakeVoiceSettings
from bus.errand import Errand
from bus.messages import Message, Place, Sentence, SentenceEnd, SentencesDone, VoiceAudio, VoiceDone
from bus.rehearsal import Rehearsal
from tests.bus.house import House, until

REPLY: list[Message] = [
    *(Sentence(index=i, text=f"{i} is what comes now{'.' * (i % 3)}", language="en") for i in range(12)),
    SentencesDone(sentences=12),
]
VOICE = (VoiceAudio, SentenceEnd, VoiceDone)


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()


def of_voice(messages: list[Message]) -> list[VoiceMessage]:
    return [message for message in messages if isinstance(message, VOICE)]


def joined(messages: list[VoiceMessage]) -> tuple[bytes, bool]:
    """The sound of the reply, without a hole, and whether it came to its end."""
    voice, line, over = ReplyVoice[None](Place(turn=0, gen=0)), bytearray(), False
    for message in messages:
        for passed in voice.take(message, None, 0):
            assert passed.position * 2 == len(line)
            line += passed.pcm
            over = over or passed.over
    return bytes(line), over


def of_one_voice() -> tuple[list[VoiceMessage], bytes]:
    async def scene() -> list[VoiceMessage]:
        async with Rehearsal(Tts(FakeVoice(FakeVoiceSettings()))) as stage:
            await stage.send(*REPLY)
            return of_voice(stage.take())

    messages = asyncio.run(scene())
    return messages, joined(messages)[0]


@contextmanager
def process(house: House, name: str, chunk_ms: int) -> Iterator[subprocess.Popen[bytes]]:
    errand = Errand(
        name=name,
        group="tts",
        keys=house.keys,
        control_port=house.port,
        engine="fake",
        settings={"chunk_ms": chunk_ms},
    )
    command = [sys.executable, "-m", "actors", "tts"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdin is not None
        child.stdin.write(errand.encoded())
        child.stdin.flush()
        try:
            yield child
        finally:
            child.kill()


@pytest.mark.parametrize("dies", [None, "tts#1"])
def test_a_reply_is_heard_once_and_in_order_whoever_speaks_and_dies(house: House, dies: str | None) -> None:
    with ExitStack() as stack:
        ear = stack.enter_context(house.peer("face", takes=VOICE, kind="actor"))
        feeder = stack.enter_context(house.peer("chunker", gives=(Sentence, SentencesDone), kind="actor"))
        agent = stack.enter_context(house.stranger())
        agent.hello()
        children = {
            name: stack.enter_context(process(house, name, chunk_ms)) for name, chunk_ms in (("tts", 2), ("tts#1", 9))
        }
        for name in children:
            until(lambda name=name: house.phase(name, 1) == "standby", timeout_ms=30_000)  # type: ignore[misc]
            until(lambda name=name: agent.do("activate", name, 1) == "", timeout_ms=30_000)  # type: ignore[misc]
            until(lambda name=name: house.phase(name, 1) == "active", timeout_ms=30_000)  # type: ignore[misc]
        feeder.send(*REPLY)
        if dies:
            until(lambda: sum(isinstance(m, SentenceEnd) for m in ear.messages) >= 2)
            until(lambda: any(d.header.source == dies and isinstance(d.message, VoiceAudio) for d in ear.ear.heard))
            children[dies].kill()
            children[dies].wait()
            assert agent.do("gone", dies, 1) == ""
        until(lambda: joined(of_voice(ear.messages))[1], "the reply has no end", timeout_ms=30_000)
        until(lambda: feeder.link.unsettled == 0)
        messages, sound = of_one_voice()
        assert joined(of_voice(ear.messages)) == (sound, True)
        assert len(ear.messages) == len(messages), "the hub let something through twice"
        assert {d.header.source for d in ear.ear.heard} == {"tts", "tts#1"}
