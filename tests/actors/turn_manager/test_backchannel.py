from __future__ import annotations

import pytest

from actors.turn_manager.backchannel import only_backchannel, only_hush

LISTENING = [
    "Yeah.",
    "ok",
    "Uh-huh",
    "uh huh",
    "Mm, right.",
    "I see",
    "yeah okay got it",
    "Ага",
    "угу, так",
    "Зрозуміло.",
]
TURNS = ["", "no", "yeah but", "I see a problem", "right now", "why", "ні", "так, але", "а чому", "stop"]


@pytest.mark.parametrize("text", LISTENING)
def test_a_listener_s_sounds_claim_no_turn(text: str) -> None:
    assert only_backchannel(text)


@pytest.mark.parametrize("text", TURNS)
def test_anything_else_is_no_backchannel(text: str) -> None:
    assert not only_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "Stop!",
        "stop stop stop",
        "no, stop",
        "Wait a minute, please.",
        "hold on",
        "Стоп.",
        "Зачекай, будь ласка",
        "ні, досить",
    ],
)
def test_a_request_for_silence_is_told_from_its_words(text: str) -> None:
    assert only_hush(text)


@pytest.mark.parametrize(
    "text", ["", "no", "please", "ok", "stop by my house", "wait for me", "ні", "досить цікаво", "так"]
)
def test_a_request_for_more_than_silence_is_none(text: str) -> None:
    assert not only_hush(text)
