"""Scenes of the desk: questions to the hub and through it."""

from __future__ import annotations

import msgspec

from bus.control import Answer, Ask, Drain, TopicView
from bus.messages import Level, Token
from tests.bus.house import House, until


def test_who_is_here_and_what_flows(house: House) -> None:
    with (
        house.peer("llm", gives=(Token,)) as llm,
        house.peer("chunker", takes=(Token,)) as chunker,
        house.stranger() as someone,
    ):
        someone.hello()
        llm.send(Token(index=0, text="x", payload=b"123"))
        until(lambda: chunker.messages and not any(p.waiting for p in someone.peers()))
        (seen,) = (p for p in someone.peers() if p.name == "llm")
        assert (seen.phase, seen.kind) == ("active", "client")
        topics = msgspec.msgpack.decode(someone.ask("topics").body, type=list[TopicView])
        assert TopicView("llm.token", 1, 3, ("llm",), ("chunker",), "stream") in topics


def test_an_unknown_verb_or_a_bad_argument_is_answered_not_obeyed(house: House) -> None:
    with house.stranger() as someone:
        someone.hello()
        assert "does not know the verb 'explode'" in someone.ask("explode").what
        for verb in ("activate", "drain", "stop", "gone", "forget", "erase"):
            assert f"bad arguments of {verb}" in someone.ask(verb, {"name": 7}).what
            assert f"bad arguments of {verb}" in someone.ask(verb).what


def test_a_question_to_another_peer_comes_back_with_its_answer(house: House) -> None:
    with house.stranger() as asker, house.peer("agent", kind="agent") as agent:
        asker.hello()
        asker.say(Ask(5, "agent", "verb"))
        question = until(lambda: next((w for w in agent.ear.words if isinstance(w, Ask)), None))
        assert question is not None
        assert question.asker == f"{asker.name}#1"
        agent.link.say(Answer(question.number, question.asker, what="no"))
        assert until(lambda: asker.hears("Answer")) == Answer(5, f"{asker.name}#1", what="no")
        asker.say(Ask(6, "nobody", "verb"))
        answer = until(lambda: asker.hears("Answer"))
        assert isinstance(answer, Answer)
        assert "nobody named nobody is here" in answer.what


def test_one_that_is_taken_out_is_told_to_finish_what_it_has_in_hand(house: House) -> None:
    with house.peer("tts", takes=(Token,)) as tts, house.stranger() as agent:
        agent.hello()
        agent.ask("drain", {"name": "tts", "epoch": 2})
        agent.ask("drain", {"name": "tts", "epoch": 1})
        until(lambda: any(isinstance(word, Drain) for word in tts.ear.words))
        assert [p.phase for p in agent.peers() if p.name == "tts"] == ["draining"]
        assert sum(isinstance(word, Drain) for word in tts.ear.words) == 1


def test_a_consumer_that_is_given_up_holds_its_producers_back_no_longer(house: House) -> None:
    with house.peer("vad", gives=(Token, Level)) as vad, house.stranger() as agent:
        agent.hello()
        with house.peer("tts", takes=(Token,), kind="actor", active=False):
            vad.send(Token(index=0, text="x"))
            until(lambda: house.hub.log.waiting_in("tts") == 1)
            assert agent.do("forget", "tts") == ""
            assert house.hub.log.waiting_in("tts") == 1, "a new process of it was quicker"
        until(lambda: house.phase("tts", 1) == "gone")
        assert vad.link.unsettled == 1
        assert agent.do("forget", "tts") == ""
        until(lambda: vad.link.unsettled == 0)


def test_a_hub_that_is_told_to_end_ends() -> None:
    house = House()
    with house.stranger() as someone:
        someone.hello()
        assert someone.ask("end").what == ""
    until(lambda: not house._thread.is_alive())
