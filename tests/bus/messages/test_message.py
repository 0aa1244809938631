"""Scenes of the messages: each a topic of its own, each with a lane."""

from __future__ import annotations

import pytest

from bus import messages
from bus.messages import Lane, Message, VoiceAudio

KINDS = [k for k in vars(messages).values() if isinstance(k, type) and issubclass(k, Message) and k is not Message]


def test_every_topic_belongs_to_one_message() -> None:
    assert len({kind.topic() for kind in KINDS}) == len(KINDS) > 20


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.topic())
def test_a_topic_is_an_actor_and_a_noun_and_its_promises_fit_its_lane(kind: type[Message]) -> None:
    actor, _, noun = kind.topic().partition(".")
    assert actor
    assert noun.isidentifier()
    spec = kind.spec
    assert spec.keep == 3 or spec.lane is Lane.LATEST
    assert spec.ttl_ms is None or spec.lane is Lane.STREAM


def test_the_payload_stays_out_of_the_header() -> None:
    audio = VoiceAudio(sentence=1, position=2, payload=b"abc")
    assert audio.without_payload() == VoiceAudio(sentence=1, position=2)
    assert audio.payload == b"abc"
    silent = VoiceAudio(sentence=1, position=2)
    assert silent.without_payload() is silent
