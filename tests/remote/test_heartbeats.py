"""Heartbeats asked for from a real hub, which may also be mute."""

from __future__ import annotations

from bus.client import Client, Question
from bus.clock import MS, SECOND, now_ns
from bus.control import Answer, PeerView
from remote.heartbeats import Heartbeats
from tests.bus.house import House, until


def test_the_peers_of_a_hub_are_known_a_moment_later() -> None:
    house = House()
    client = Client(house.keys, house.port, "agent", kind="agent")
    try:
        beats = Heartbeats(client, now_ns())
        until(lambda: beats.look(now_ns()))
        assert [peer.name for peer in beats.peers] == ["agent"]
        assert beats.hub_silent_ns == 0
        assert 0 < beats.since_ns < 5 * SECOND
    finally:
        client.close()
        house.end()


class Mute(Client):
    """A client of a hub that answers when the scene says so."""

    def __init__(self) -> None:
        self.asked: list[Question[list[PeerView]]] = []
        self.dropped = 0

    def question(self, to: str, verb: str, args: object = None, *, kind: type[object]) -> Question[object]:  # type: ignore[override]  # one kind
        question = Question(len(self.asked), to, list[PeerView])
        self.asked.append(question)
        return question  # type: ignore[return-value]

    def drop(self, question: Question[object]) -> None:  # type: ignore[override]
        self.dropped += 1


def test_a_hub_that_gives_no_answer_is_silent_for_as_long_as_this_process_was_awake() -> None:
    client, at_ns = Mute(), 1_000 * SECOND
    beats = Heartbeats(client, at_ns)
    for _ in range(61):
        at_ns += 50 * MS
        assert not beats.look(at_ns)
    assert beats.hub_silent_ns == 3 * SECOND
    assert (len(client.asked), client.dropped) == (2, 1), "asked again: the first hub may be dead"
    beats.look(at_ns + 3_600 * SECOND)  # the machine slept
    assert beats.hub_silent_ns == 3 * SECOND + 250 * MS
    client.asked[-1].box.put(Answer(1, "agent", what="not now"))
    beats.look(at_ns + 3_600 * SECOND + 1)
    assert beats.hub_silent_ns == 0, "any answer is a sign of life"
    assert client.dropped == len(client.asked)
