"""Scenes of the roster: incarnations of a name, and who may speak for it."""

from __future__ import annotations

from bus.control import Hello, PeerKind, Pulse
from bus.roster import Peer, Roster, identity_of, owner_of, speaking_identity


def add(roster: Roster, epoch: int, *, kind: PeerKind = "actor", active: bool = False, name: str = "tts") -> Peer:
    hello = Hello(name, epoch, kind, 1, gives=("tts.audio",), active=active, group="tts")
    return roster.add(hello, identity_of(name, epoch), 0)


def test_an_actor_waits_in_standby_and_a_client_takes_part_at_once() -> None:
    assert add(Roster(), 1).phase == "standby"
    assert add(Roster(), 1, kind="client").phase == "active"


def test_an_actor_that_a_new_hub_finds_at_work_is_active() -> None:
    roster = Roster()
    peer = add(roster, 3, active=True)
    assert (peer.phase, roster.is_zombie("tts", 2), roster.is_zombie("tts", 3)) == ("active", True, False)


def test_saying_hello_again_keeps_what_is_known() -> None:
    roster = Roster()
    first = add(roster, 1)
    first.phase, first.ready, first.stream_out, first.pulse = "active", True, 99, Pulse(handled=7)
    again = add(roster, 1)
    assert (again.phase, again.ready, again.stream_out, again.pulse.handled) == ("active", True, 99, 7)
    assert roster.named("tts") == [again]


def test_the_older_incarnation_is_a_zombie_once_the_newer_one_may_speak() -> None:
    roster = Roster()
    old, new = add(roster, 1), add(roster, 2)
    roster.let_speak(old.hello.name, old.hello.epoch)
    assert not roster.is_zombie("tts", 1)
    roster.let_speak(new.hello.name, new.hello.epoch)
    assert roster.is_zombie("tts", 1)
    roster.let_speak(old.hello.name, old.hello.epoch)
    assert roster.is_zombie("tts", 1), "never the other way round"


def test_a_replica_never_silences_another_one() -> None:
    roster = Roster()
    one, other = add(roster, 1), add(roster, 7, name="tts#1")
    roster.let_speak(one.hello.name, one.hello.epoch)
    roster.let_speak(other.hello.name, other.hello.epoch)
    assert not roster.is_zombie("tts", 1)
    assert roster.is_zombie("tts#1", 6)
    assert (one.group, other.group, len({one.member, other.member, one.identity, other.identity})) == ("tts", "tts", 4)
    assert roster.named("tts") == [one]


def test_a_group_is_here_while_any_process_of_it_is() -> None:
    roster = Roster()
    one, other = add(roster, 1), add(roster, 1, name="tts#1")
    roster.remove(one.identity)
    assert roster.has_group("tts")
    roster.remove(other.identity)
    assert not roster.has_group("tts")


def test_a_sender_is_known_by_name_and_epoch_until_it_goes() -> None:
    roster = Roster()
    peer = add(roster, 1)
    assert roster.sender("tts", 1) is peer
    assert roster.sender("tts", 2) is None
    assert roster.remove(peer.identity) is peer
    assert roster.remove(peer.identity) is None
    assert roster.sender("tts", 1) is None


def test_the_active_one_of_a_name_is_the_newest_that_takes_part() -> None:
    roster = Roster()
    old, new = add(roster, 1), add(roster, 2)
    assert roster.active("tts") is None
    old.phase = "active"
    assert roster.active("tts") is old
    new.phase = "starting"
    assert roster.active("tts") is new
    assert roster.active("llm") is None


def test_both_control_sockets_of_a_process_have_one_owner() -> None:
    identity = identity_of("tts", 3)
    assert identity == b"tts#3"
    assert owner_of(speaking_identity(identity)) == owner_of(identity) == identity
