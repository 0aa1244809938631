"""Scenes of the page of the messages: what a reader finds there comes from the code."""

from __future__ import annotations

from cli.pages import messages


def test_the_messages_page_tells_lane_units_and_both_ends() -> None:
    page = messages.page()
    assert "[tts.audio](#ttsaudio) | stream | tts |" in page
    assert "| `position` | `int` |  | First sample of this piece in the sentence. |" in page
    assert "dropped after a barge-in" in page
