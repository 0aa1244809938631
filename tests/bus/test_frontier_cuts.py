"""Scenes of two real hubs whose way to each other is cut: what is carried again, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bus.clock import now_ns, sleep_ms
from bus.messages import FaceFrame, Message, MouthFrame, Pause, Resume, SentenceEnd, Token, VoiceAudio
from tests.bus.house import until
from tests.bus.world import World, texts, tokens, world_of


@pytest.fixture
def world() -> Iterator[World]:
    with world_of() as made:
        yield made


def test_nothing_is_lost_and_nothing_comes_twice_over_a_tunnel_that_dies(world: World) -> None:
    with (
        world.laptop.peer("chunker", takes=(Token,), kind="actor") as ear,
        world.gpu.peer("llm", gives=(Token,)) as llm,
    ):
        world.until_known(world.gpu, "chunker")
        for start in range(0, 400, 100):
            llm.send(*tokens(*range(start, start + 50)))
            world.hang_up()
            llm.send(*tokens(*range(start + 50, start + 100)))
            sleep_ms(30)
            world.mend()
        until(lambda: len(ear.messages) >= 400, timeout_ms=30_000)
        assert texts(ear.messages) == list(range(400))
        until(lambda: llm.link.unsettled == 0)


def test_a_network_that_is_gone_for_a_while_delays_and_loses_nothing(world: World) -> None:
    with (
        world.laptop.peer("chunker", takes=(Token,), kind="actor") as ear,
        world.gpu.peer("llm", gives=(Token,)) as llm,
    ):
        world.until_known(world.gpu, "chunker")
        world.freeze()
        llm.send(*tokens(*range(100)))
        sleep_ms(300)
        assert ear.messages == []
        world.mend()
        until(lambda: len(ear.messages) == 100)
        assert texts(ear.messages) == list(range(100))


def test_after_a_long_cut_all_that_is_still_wanted_arrives_once_in_order_and_no_stale_picture(world: World) -> None:
    with (
        world.laptop.peer("cam-out", takes=(Token, MouthFrame, FaceFrame), kind="actor") as ear,
        world.gpu.peer("av-sync", gives=(Token, MouthFrame, FaceFrame)) as source,
    ):
        world.until_known(world.gpu, "cam-out")
        world.hang_up()
        for index in range(50):
            source.send(
                Token(text=str(index), index=index),
                MouthFrame(index=index, payload=b"jpeg"),
                FaceFrame(position=index, at_ns=now_ns(), payload=b"jpeg"),
            )
        sleep_ms(2_100)  # longer than a frame is worth showing
        world.mend()
        source.send(FaceFrame(position=99, at_ns=now_ns(), payload=b"jpeg"))
        until(lambda: len(ear.messages) >= 101)
        assert texts(ear.messages) == list(range(50))
        assert [m.index for m in ear.messages if isinstance(m, MouthFrame)] == list(range(50))
        assert [m.position for m in ear.messages if isinstance(m, FaceFrame)] == [99]
        until(lambda: source.link.unsettled == 0)


def test_after_a_cut_the_end_of_a_sentence_comes_to_nobody_before_its_sound(world: World) -> None:
    laptop = world.laptop
    with (
        laptop.peer("mic-out", takes=(SentenceEnd,), kind="actor") as before,
        laptop.peer("av-sync", takes=(VoiceAudio, SentenceEnd), kind="actor") as ear,
        laptop.peer("turn-manager", takes=(SentenceEnd,), kind="actor") as after,
        world.gpu.peer("tts", gives=(VoiceAudio, SentenceEnd)) as tts,
    ):
        for name in ("mic-out", "av-sync", "turn-manager"):
            world.until_known(world.gpu, name)
        world.hang_up()
        said: list[Message] = [VoiceAudio(sentence=0, position=n, payload=bytes(9_600)) for n in range(40)]
        said.append(SentenceEnd(sentence=0, samples=40))
        tts.send(*said)
        until(lambda: world.gpu.hub.log.waiting_in("av-sync") == len(said))
        world.mend()
        for each in (before, after):
            until(lambda each=each: len(each.messages) == 1)  # type: ignore[misc]
        until(lambda: len(ear.messages) == len(said))
        assert [m.position if isinstance(m, VoiceAudio) else "end" for m in ear.messages] == [*range(40), "end"]


def test_a_voice_on_the_other_host_is_held_and_goes_on_whenever_the_connection_breaks(world: World) -> None:
    with (
        world.gpu.peer("mic-out", takes=(Pause, Resume), kind="actor") as mouth,
        world.laptop.peer("turn-manager", gives=(Pause, Resume)) as manager,
    ):
        world.until_known(world.laptop, "mic-out")
        for times in range(1, 4):
            manager.send(Pause(onset_ns=1))
            world.hang_up()
            manager.send(Resume(), Pause(onset_ns=2))
            sleep_ms(30)
            world.mend()
            manager.send(Resume())
            until(lambda times=times: len(mouth.messages) >= 4 * times)  # type: ignore[misc]
        assert [type(m).__name__ for m in mouth.messages] == 6 * ["Pause", "Resume"]
