"""Scenes of the reception: hello, hand-over, crash, zombies, and those who vanish."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

import msgspec

from bus.clock import SECOND, now_ns
from bus.control import Activate, Active, ActorCall, Ask, Bye, Drain, Hello, Notice, Ready, Stop
from bus.log import MAX_DEATHS
from bus.messages import Pause, Resume, Sentence, Token
from tests.bus.house import House, Peer, names, until


def tokens(*numbers: int) -> list[Token]:
    return [Token(index=n, text="x") for n in numbers]


class Cast:
    """One actor name in several lives, beside somebody who feeds it and an agent who watches."""

    def __init__(self, house: House, stack: ExitStack) -> None:
        self.house = house
        self.name = next(names)
        self._stack = stack
        self.feeder = stack.enter_context(house.peer(gives=(Token,)))
        self.agent = stack.enter_context(house.stranger())
        self.agent.hello()
        stack.callback(house.hub.log.forget, self.name)  # or its messages would wait for ever, as they should

    def life(self, epoch: int, *, ready: bool = True, replica: str = "") -> Peer:
        """A process of it, in standby."""
        life = self._stack.enter_context(
            self.house.peer(
                self.name + replica,
                takes=(Token, Pause),
                gives=(Sentence, Resume),
                kind="actor",
                epoch=epoch,
                active=False,
                group=self.name,
            )
        )
        if ready:
            life.link.say(Ready())
        return life

    def activate(self, life: Peer, epoch: int) -> None:
        assert self.agent.do("activate", life.name, epoch) == ""
        until(lambda: Activate in map(type, life.ear.words))
        life.link.say(Active())
        until(lambda: self.house.phase(life.name, epoch) == "active")

    def dies_of(self, life: Peer, epoch: int, messages: list[Token]) -> None:
        """It gets them, and breaks."""
        until(lambda: life.messages == messages)
        life.leave(Bye("it broke"))
        until(lambda: self.house.phase(self.name, epoch) == "gone")

    def crash(self, life: Peer, epoch: int) -> None:
        """It never says bye; its agent notices."""
        assert self.agent.do("gone", self.name, epoch) == ""


def test_an_actor_gets_nothing_before_its_devices_are_open(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        one = cast.life(1)
        cast.feeder.send(*tokens(1))
        assert cast.agent.do("activate", cast.name, 1) == ""
        until(lambda: Activate in map(type, one.ear.words))
        until(lambda: [p.waiting for p in cast.agent.peers() if p.name == cast.name] == [1])
        assert one.messages == []
        one.link.say(Active())
        until(lambda: one.messages == tokens(1))


def test_a_hand_over_gives_the_successor_what_was_not_handled_in_order_and_nothing_twice(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        old, new = cast.life(1), cast.life(2)
        cast.activate(old, 1)
        old.ear.slow = True
        cast.feeder.send(*tokens(1, 2, 3, 4))
        until(lambda: len(old.messages) == 4)
        assert cast.agent.do("activate", cast.name, 2) == ""
        until(lambda: Drain() in old.ear.words)
        cast.feeder.send(*tokens(5))
        old.link.done(old.ear.heard[1].header.id)
        assert Activate not in map(type, new.ear.words), "not before the old one is gone"
        old.leave(Bye())
        until(lambda: Activate in map(type, new.ear.words))
        new.link.say(Active())
        until(lambda: len(new.messages) >= 3)
        assert new.messages == tokens(3, 4, 5)
        until(lambda: cast.feeder.link.unsettled == 0)


def test_after_a_crash_the_next_life_gets_it_all_again(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        old = cast.life(1)
        cast.activate(old, 1)
        old.ear.slow = True
        cast.feeder.send(*tokens(1, 2, 3))
        until(lambda: len(old.messages) == 3)
        cast.crash(old, 1)
        new = cast.life(2)
        cast.activate(new, 2)
        until(lambda: new.messages == tokens(1, 2, 3))


def test_replicas_share_a_stream_and_one_takes_over_what_another_had_in_hand(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        one, other = cast.life(1), cast.life(4, replica="#1")
        for life, epoch in ((one, 1), (other, 4)):
            life.ear.slow = True
            cast.activate(life, epoch)
        cast.feeder.send(*tokens(1, 2, 3, 4))
        until(lambda: one.messages + other.messages == tokens(1, 2))
        assert [p.waiting for p in cast.agent.peers() if p.group == cast.name] == [4, 4]
        other.link.done(other.ear.heard[0].header.id)
        until(lambda: other.messages == tokens(2, 3))
        assert cast.agent.do("gone", other.name, 4) == ""
        for count in (1, 2, 3):
            until(partial(lambda n: len(one.messages) == n, count))
            one.link.done(one.ear.heard[-1].header.id)
        assert one.messages == tokens(1, 3, 4)
        until(lambda: cast.feeder.link.unsettled == 0)


def test_a_replica_is_replaced_while_the_other_goes_on(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        ear = stack.enter_context(house.peer(takes=(Sentence,)))
        one, old, new = cast.life(9), cast.life(1, replica="#1"), cast.life(2, replica="#1")
        cast.activate(one, 9)
        cast.activate(old, 1)
        assert cast.agent.do("activate", new.name, 2) == ""
        until(lambda: Drain() in old.ear.words)
        assert Drain() not in one.ear.words
        old.leave(Bye())
        until(lambda: Activate in map(type, new.ear.words))
        one.send(Sentence(index=1, text="a", language="en"))
        new.send(Sentence(index=2, text="b", language="en"))
        until(lambda: len(ear.messages) == 2, "both are heard")


def test_a_client_that_comes_again_keeps_its_streams_when_its_former_life_is_forgotten(house: House) -> None:
    with house.peer("director", takes=(Token,)), house.peer("director", takes=(Token,), epoch=2) as second:
        house.hub.roster.peers[b"director#1"].seen_ns = now_ns() - 11 * SECOND
        until(lambda: b"director#1" not in house.hub.roster.peers)
        with house.peer(gives=(Token,)) as llm:
            llm.send(*tokens(1))
            until(lambda: second.messages == tokens(1))


def test_a_message_that_killed_three_processes_is_dropped_as_poison(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        for epoch in range(1, MAX_DEATHS + 1):
            victim = cast.life(epoch)
            victim.ear.slow = True
            cast.activate(victim, epoch)
            if epoch == 1:
                cast.feeder.send(*tokens(1))
            cast.dies_of(victim, epoch, tokens(1))
        until(lambda: cast.feeder.link.unsettled == 0)
        assert house.drops("poison") == 1
        cast.feeder.send(*tokens(2))
        last = cast.life(9)
        cast.activate(last, 9)
        until(lambda: last.messages)
        assert last.messages == tokens(2)


def test_a_zombie_is_silent_on_every_lane_and_gets_no_streams(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        ear = stack.enter_context(house.peer(takes=(Sentence,)))
        old = cast.life(1)
        cast.activate(old, 1)
        old.send(Sentence(index=1, text="a", language="en"))
        until(lambda: len(ear.messages) == 1)
        cast.crash(old, 1)
        new = cast.life(2)
        cast.activate(new, 2)
        before = house.drops("zombie")
        old.send(Sentence(index=2, text="b", language="en"), Resume())
        until(lambda: house.drops("zombie") >= before + 2)
        until(lambda: Stop() in old.ear.words, "it says hello again, and is told to stop")
        cast.feeder.send(*tokens(1))
        until(lambda: new.messages == tokens(1))
        assert old.messages == []
        assert len(ear.messages) == 1


def tell(house: House, number: int) -> None:
    with house.peer(gives=(Token,)) as teller:
        teller.send(*tokens(number))
        until(lambda: teller.link.unsettled == 0)


def test_who_says_one_thing_and_goes_is_heard(house: House) -> None:
    with house.peer(takes=(Token,)) as ear:
        for number in range(10):
            tell(house, number)
        assert ear.messages == tokens(*range(10))


def test_a_post_goes_to_those_who_hear_it_and_take_part(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        on, off = cast.life(1), cast.life(2)
        cast.activate(on, 1)
        boss = stack.enter_context(house.peer(gives=(Pause,)))
        boss.send(Pause(onset_ns=5))
        until(lambda: on.messages == [Pause(onset_ns=5)])
        assert off.messages == []


def test_a_client_that_vanishes_is_forgotten_and_welcome_back(house: House) -> None:
    with house.peer("cli", takes=(Token,)) as client, house.peer(gives=(Token,)) as llm:
        peer = house.hub.roster.peers[b"cli#1"]
        first = peer.stream_out
        peer.seen_ns = now_ns() - 11 * SECOND
        until(lambda: "cli" not in house.hub.log.groups, "not forgotten")
        until(lambda: house.phase("cli", 1) == "active", "it is asked who it is with its next heartbeat")
        until(lambda: house.hub.roster.peers[b"cli#1"].stream_out != first)
        llm.send(*tokens(7))
        until(lambda: client.messages == tokens(7), "it must listen at its new outlet")


def test_a_bye_with_a_reason_reaches_the_agents(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        agent = stack.enter_context(house.peer(kind="agent"))
        life = cast.life(1)
        life.leave(Bye("no model", "avatar models get", hopeless=True))
        until(lambda: any(getattr(w, "event", "") == "gone" for w in agent.ear.words))
        notices = [w for w in agent.ear.words if getattr(w, "name", "") == cast.name]
        assert [getattr(n, "event", "") for n in notices] == ["hello", "ready", "gone"]
        assert (getattr(notices[-1], "what", ""), getattr(notices[-1], "hopeless", False)) == ("no model", True)


def test_a_successor_that_never_said_hello_is_refused(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        assert "no nobody with epoch 3 said hello" in cast.agent.do("activate", "nobody", 3)


def test_an_agent_that_comes_late_is_told_of_everybody_who_is_here(house: House) -> None:
    """The hub is new, and the actors found it before their agent did: it must not wait for news that were told already."""
    waiting, working = next(names), next(names)
    with (
        house.peer(waiting, kind="actor", active=False) as standby,
        house.peer(working, kind="actor", epoch=3, active=True),
    ):
        standby.link.say(Ready())
        until(lambda: next(p for p in list(house.hub.roster.peers.values()) if p.hello.name == waiting).ready)
        with house.peer(kind="agent") as agent:
            until(lambda: len(agent.ear.words) >= 5)
            told = [(w.name, w.epoch, w.event) for w in agent.ear.words if isinstance(w, Notice)]
    assert [n for n in told if n[0] == waiting] == [(waiting, 1, "hello"), (waiting, 1, "ready")]
    assert [n for n in told if n[0] == working] == [(working, 3, "hello"), (working, 3, "active")]


def test_one_that_is_activated_twice_starts_once(house: House) -> None:
    with ExitStack() as stack:
        cast = Cast(house, stack)
        one = cast.life(1)
        cast.activate(one, 1)
        assert cast.agent.do("activate", cast.name, 1) == ""
        assert house.phase(cast.name, 1) == "active"
        assert [type(w) for w in one.ear.words].count(Activate) == 1


def test_what_is_said_before_the_hello_is_heard_after_it(house: House) -> None:
    """A host agent tells a new hub that an actor has died, in the moment before the hub knows who tells."""
    with ExitStack() as stack:
        cast = Cast(house, stack)
        life = cast.life(1)
        cast.activate(life, 1)
        late = stack.enter_context(house.stranger())
        late.say(Ask(1, "hub", "gone", msgspec.Raw(msgspec.msgpack.encode(ActorCall(cast.name, 1)))))
        assert house.phase(cast.name, 1) == "active"
        late.say(Hello(late.name, 1, "agent", 0, active=True))
        until(lambda: house.phase(cast.name, 1) == "gone")
