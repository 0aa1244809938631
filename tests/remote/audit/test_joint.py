"""Scenes of joint recordings: what each of two hosts tells, and what it is not asked."""

from __future__ import annotations

from bus.codec import encode, encode_body
from bus.messages import Cut, Message, Token
from bus.recording import AnyEntry, Joined, Lost, Passed
from remote.audit.evidence import gather
from remote.audit.joint import cuts_at, joined
from tests.remote.copies import headed


def passed(at_ns: int, message: Message, host: str, number: int = 1) -> Passed:
    frames = encode(headed(message, host=host, id=number), message)
    assert encode_body(message)
    return Passed(at_ns, message.spec.topic, frames[1], len(frames[2]), frames[2])


def test_of_each_host_its_own_recorder_is_believed_and_all_stands_in_the_order_of_time() -> None:
    here, there = passed(1, Token(index=0, text="a"), "local", 1), passed(2, Token(index=1, text="b"), "gpu", 2)
    late = passed(9, Token(index=1, text="b"), "gpu", 2)
    recordings: dict[str, list[AnyEntry]] = {
        "local": [Joined(0, "local", 1), here, Lost(3, "llm.token", "tap", 7, "gpu"), late],
        "gpu": [Joined(0, "gpu", 2), there, Joined(1, "local", 1), Lost(5, "llm.token", "tap", 1, "local")],
    }
    assert [entry for entry in joined(recordings) if isinstance(entry, Passed)] == [here, there]
    found = gather(joined(recordings))
    assert (len(found.of(Token)), found.lost, found.repeats, found.hubs) == (2, {}, {}, {"local": [0], "gpu": [0]})


def test_what_a_recorder_lost_of_its_own_host_or_of_nobody_knows_whom_is_missing() -> None:
    lost: list[AnyEntry] = [Lost(3, "llm.token", "tap", 7, "gpu"), Lost(4, "?", "overflow", 2)]
    found = gather(joined({"gpu": lost}))
    assert found.lost == {("llm.token", "tap"): 7, ("?", "overflow"): 2}


def test_a_host_knows_of_a_cut_when_its_recorder_has_it() -> None:
    assert cuts_at([passed(5, Cut(below_gen=3), "local"), Lost(6, "x", "tap", 1)]) == [(5, 3)]
