"""Scenes of who is let in, and with how much."""

from __future__ import annotations

import msgspec
import pytest

from bus.admission import MAX_PEERS, MAX_TOPICS, Admission
from bus.control import Hello

TTS = Hello("tts", 1, "actor", 1, takes=("chunker.sentence",), gives=("tts.audio",))


def test_an_actor_is_welcome_and_again_after_its_hub_was_restarted() -> None:
    admission = Admission()
    assert admission.refusal(TTS, 0, known=False) == ""
    assert admission.refusal(TTS, MAX_PEERS, known=True) == ""


def test_too_many_at_once_are_refused() -> None:
    assert Admission().refusal(TTS, MAX_PEERS, known=False) == "crowded"


def test_topics_add_up_over_those_who_come_and_go() -> None:
    admission = Admission()
    for number in range(MAX_TOPICS // 4):
        topics = tuple(f"{number}.{n}" for n in range(4))
        assert admission.refusal(Hello(f"peer{number}", 1, "client", 1, gives=topics), 0, known=False) == ""
    assert admission.refusal(TTS, 0, known=False) == "crowded"
    assert admission.refusal(Hello("quiet", 1, "client", 1), 0, known=False) == ""


@pytest.mark.parametrize(
    "change",
    [{"gives": ("",)}, {"takes": ("x" * 128,)}, {"hears": ("a\0b",)}, {"watches": ("ж",)}, {"group": "a\nb"}, {"name": "\x1b"}],
)  # fmt: skip
def test_names_that_are_none_are_refused(change: dict[str, object]) -> None:
    assert Admission().refusal(msgspec.structs.replace(TTS, **change), 0, known=False) == "hello"
