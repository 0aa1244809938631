"""Scenes of two real hubs with a relay between them: a laptop that hears and shows, a GPU that thinks and speaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bus.clock import MS, now_ns, sleep_ms
from bus.control import Activate
from bus.messages import Cut, FacePlace, Level, MouthFrame, Place, Sentence, Token, TurnState, VoiceAudio
from tests.bus.house import House, until
from tests.bus.world import World, texts, tokens, world_of


@pytest.fixture
def world() -> Iterator[World]:
    with world_of() as made:
        yield made


def test_a_stream_reaches_a_consumer_on_the_other_host_in_order_and_is_settled_by_its_receipts(world: World) -> None:
    with (
        world.laptop.peer("chunker", takes=(Token,), kind="actor") as ear,
        world.gpu.peer("llm", gives=(Token,)) as llm,
    ):
        world.until_known(world.gpu, "chunker")
        llm.send(*tokens(*range(500)))
        until(lambda: len(ear.messages) == 500)
        assert texts(ear.messages) == list(range(500))
        until(lambda: llm.link.unsettled == 0, "the producer was never told that all is handled")


def test_consumers_on_both_hosts_get_everything_and_it_crosses_once(world: World) -> None:
    with (
        world.laptop.peer("av-sync", takes=(VoiceAudio,), kind="actor") as near,
        world.laptop.peer("watcher", takes=(VoiceAudio,)) as other,
        world.gpu.peer("face", takes=(VoiceAudio,), kind="actor") as there,
        world.gpu.peer("tts", gives=(VoiceAudio,)) as tts,
    ):
        world.until_known(world.gpu, "av-sync")
        world.until_known(world.gpu, "watcher")
        before = sum(relay.carried_bytes["back"] for relay in world.relays.values())
        tts.send(*[VoiceAudio(sentence=0, position=n, payload=bytes(9_600)) for n in range(50)])
        for ear in (near, other, there):
            until(lambda ear=ear: len(ear.messages) == 50)  # type: ignore[misc]
        crossed = sum(relay.carried_bytes["back"] for relay in world.relays.values()) - before
        assert 50 * 9_600 < crossed < 1.2 * 50 * 9_600


def test_pictures_travel_on_a_road_of_their_own_whichever_host_draws_them(world: World) -> None:
    frames = [MouthFrame(index=n, payload=bytes(7_000)) for n in range(20)]
    for drawn, seen in ((world.gpu, world.laptop), (world.laptop, world.gpu)):
        with (
            seen.peer("av-sync", takes=(MouthFrame,), kind="actor") as eye,
            drawn.peer("face", gives=(MouthFrame,)) as face,
        ):
            world.until_known(drawn, "av-sync")
            direction = "back" if drawn is world.gpu else "there"
            before = world.relays["swift"].carried_bytes[direction]
            face.send(*frames)
            until(lambda eye=eye: len(eye.messages) == 20)  # type: ignore[misc]
            assert world.relays["swift"].carried_bytes[direction] - before < 20 * 7_000 / 4


def test_the_far_hub_may_die_without_losing_what_was_under_way_to_its_consumers() -> None:
    with world_of() as world:
        gpu = world.gpu
        with world.laptop.peer("llm", gives=(Token,)) as llm, gpu.peer("chunker", takes=(Token,), kind="actor") as ear:
            world.until_known(world.laptop, "chunker")
            ear.ear.slow = True
            llm.send(*tokens(*range(50)))
            until(lambda: len(ear.messages) == 50)
            gpu.end()
            world.gpu = reborn = House(gpu.keys, gpu.port, host="gpu", listens=True, span_ports=gpu.span_ports)
            llm.send(*tokens(*range(50, 100)))
            ear.ear.slow = False
            until(lambda: len(ear.messages) == 100, timeout_ms=30_000)
            assert texts(ear.messages) == list(range(100))
            assert reborn.port == gpu.port


def test_what_a_consumer_had_not_finished_is_waiting_for_it_on_the_host_that_it_moves_to(world: World) -> None:
    with world.gpu.peer("llm", gives=(Token,)) as llm:
        with world.gpu.peer("chunker", takes=(Token,), kind="actor") as old:
            old.ear.slow = True
            llm.send(*tokens(*range(20)))
            until(lambda: len(old.messages) == 20)
            old.link.done(old.ear.heard[11].header.id)
        with world.laptop.peer("chunker", takes=(Token,), kind="actor", epoch=2) as new:
            until(lambda: len(new.messages) == 8)
            assert texts(new.messages) == list(range(12, 20))


def test_one_that_was_replaced_by_one_on_the_other_host_is_not_heard_any_more(world: World) -> None:
    with (
        world.laptop.peer("chunker", takes=(Token,), kind="actor") as ear,
        world.gpu.peer("llm", gives=(Token,), kind="actor") as old,
        world.laptop.peer("llm", gives=(Token,), kind="actor", epoch=2) as new,
    ):
        world.until_known(world.gpu, "llm")
        old.send(*tokens(1))
        new.send(*tokens(2))
        until(lambda: texts(ear.messages) == [2])
        until(lambda: world.gpu.drops("zombie") + world.laptop.drops("zombie") == 1)


def test_a_barge_in_raises_the_fence_on_both_hosts(world: World) -> None:
    with (
        world.laptop.peer("turn-manager", gives=(Cut,)) as manager,
        world.laptop.peer("av-sync", takes=(VoiceAudio,), kind="actor") as ear,
        world.gpu.peer("tts", gives=(VoiceAudio,), takes=(Sentence,), kind="actor") as tts,
    ):
        world.until_known(world.gpu, "av-sync")
        manager.send(Cut(below_gen=5))
        until(lambda: tts.link.below_gen == 5)
        assert world.gpu.hub.log.below_gen == world.laptop.hub.log.below_gen == 5
        tts.send(VoiceAudio(sentence=0, position=0), gen=6)
        until(lambda: [m for m in ear.messages if isinstance(m, VoiceAudio)])


def test_the_latest_value_of_a_state_is_known_on_both_hosts_whoever_comes_late(world: World) -> None:
    with world.laptop.peer("turn-manager", gives=(TurnState,)) as manager:
        manager.send(TurnState(phase="listening", since_ns=1))
        with world.gpu.peer(takes=(TurnState,)) as late:
            until(lambda: late.messages)
            manager.send(TurnState(phase="thinking", since_ns=1))
            until(lambda: [m.phase for m in late.messages if isinstance(m, TurnState)][-1] == "thinking")


def test_the_latest_lane_crosses_only_when_somebody_over_there_watches(world: World) -> None:
    with world.laptop.peer("vad", gives=(Level,)) as vad:
        (span,) = world.laptop.hub.frontier.spans
        assert not span.wanted(b"vad.level\0")
        with world.gpu.peer(takes=(Level,)) as watcher:
            until(lambda: span.wanted(b"vad.level\0"))
            for number in range(200):
                vad.send(Level(dbfs=-float(number), speech=0.0))
                sleep_ms(1)
                if watcher.messages:
                    break
            assert watcher.messages
        until(lambda: not span.wanted(b"vad.level\0"), "the wish outlived the one who had it")


def test_a_tap_of_headers_sees_what_stays_on_the_other_host_at_a_hundredth_of_its_size(world: World) -> None:
    with (
        world.gpu.peer("tts", gives=(VoiceAudio,)) as tts,
        world.gpu.peer("face", takes=(VoiceAudio,), kind="actor") as face,
        world.laptop.peer() as tapper,
    ):
        tapper.link.tap([b"tts.audio\0"], payload=False)
        (span,) = world.gpu.hub.frontier.spans
        until(lambda: span.wanted(b"^tts.audio\0"))
        before = sum(relay.carried_bytes["back"] for relay in world.relays.values())
        tts.send(*[VoiceAudio(sentence=0, position=n, payload=bytes(200_000)) for n in range(50)])
        until(lambda: len(face.messages) == 50)
        until(lambda: not tapper.link.taps.empty())
        topic, _, payload, _number = tapper.link.taps.get_nowait()
        assert (topic, payload) == (b"^tts.audio\0", b"200000")
        crossed = sum(relay.carried_bytes["back"] for relay in world.relays.values()) - before
        assert crossed < 0.01 * 50 * 200_000


def test_a_question_to_a_peer_of_the_other_host_is_answered(world: World) -> None:
    with world.laptop.stranger() as asker, world.gpu.peer("nobody"):
        asker.hello()
        answer = asker.ask_of("hub@gpu", "peers")
        assert answer.what == ""
        assert b"nobody" in bytes(answer.body)
        assert asker.ask_of("ghost@gpu", "status").what == "nobody named ghost is there"
        assert asker.ask_of("hub@moon", "peers").what == "the host moon is not connected"


def test_times_are_on_the_clock_of_the_host_where_they_are_read() -> None:
    with (
        world_of(delay_ms=24) as world,
        world.laptop.peer("chunker", takes=(Token,), kind="actor") as ear,
        world.gpu.peer("llm", gives=(Token,)) as llm,
    ):
        world.until_known(world.gpu, "chunker")
        sent_ns = now_ns()
        llm.send(*tokens(1))
        until(lambda: ear.messages)
        head = ear.ear.heard[0].header
        assert abs(head.t - sent_ns) < 20 * MS  # one clock here, and no more error than half the way
        assert 20 * MS < head.error < 80 * MS
        assert ear.ear.heard[0].received_ns - head.t > 20 * MS


def test_a_consumer_that_is_given_up_is_forgotten_on_both_hosts(world: World) -> None:
    with world.laptop.stranger() as boss, world.gpu.peer("llm", gives=(Token,)) as llm:
        boss.hello()
        with world.laptop.peer("chunker", takes=(Token,), kind="actor"):
            world.until_known(world.gpu, "chunker")
        llm.send(*tokens(1))
        sleep_ms(50)
        assert llm.link.unsettled == 1, "it may come back"
        boss.do("forget", "chunker")
        until(lambda: llm.link.unsettled == 0)


def test_an_activated_successor_on_the_other_host_knows_the_states_of_the_one_before(world: World) -> None:
    with world.laptop.peer("turn-manager", gives=(TurnState,), kind="actor") as old:
        old.send(TurnState(phase="speaking", since_ns=1))
        until(lambda: world.gpu.hub.exchange.remembered("turn-manager"))
        with (
            world.gpu.peer("turn-manager", gives=(TurnState,), kind="actor", epoch=2, active=False) as new,
            world.gpu.stranger() as boss,
        ):
            boss.hello()
            boss.do("activate", "turn-manager", 2)
            words = until(lambda: [w for w in new.ear.words if isinstance(w, Activate)])
            assert len(words[0].remembered) == 1


def test_the_last_state_of_one_that_goes_is_there_before_the_news_that_it_went() -> None:
    """However much waits for its turn on the way: else its successor over there would begin with an old one."""
    with world_of(delay_ms=5, mbits=7) as world, world.gpu.peer("agent", kind="agent") as boss:
        (span,) = world.laptop.hub.frontier.spans
        with world.laptop.peer("av-sync", takes=(VoiceAudio,)):
            world.until_known(world.gpu, "av-sync")
            with world.gpu.peer("tts", gives=(VoiceAudio,)) as tts:
                tts.send(*[VoiceAudio(sentence=0, position=n, payload=bytes(9_600)) for n in range(100)])
                with world.gpu.peer("face", gives=(FacePlace,), kind="actor") as face:
                    world.until_known(world.laptop, "face")
                    face.send(FacePlace(place=Place(turn=1, gen=0)))
                until(lambda: not any(a.name == "face" for a in list(span.peers.values())))
                assert world.laptop.hub.exchange.remembered("face")
                assert tts.link.unsettled, "there was something to overtake"
        assert boss.link.error is None
