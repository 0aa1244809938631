"""Scenes of the topics table."""

from __future__ import annotations

from bus.clock import SECOND
from bus.control import TopicView
from remote.topics import topic_rows, topic_table, united


def view(messages: int, size: int = 0) -> TopicView:
    return TopicView("tts.audio", messages, size, ("tts",), ("face",), "stream")


def test_asked_twice_rates_are_known() -> None:
    first = topic_rows([view(10, 1_000)])
    assert first["tts.audio"].rate_hz is None
    second = topic_rows([view(60, 3_000)], first, 2 * SECOND)
    assert (second["tts.audio"].rate_hz, second["tts.audio"].bytes_per_s) == (25.0, 1_000.0)


def test_a_hub_that_counts_anew_gives_no_rate_below_zero() -> None:
    assert topic_rows([view(1)], topic_rows([view(10)]), SECOND)["tts.audio"].rate_hz == 0


def test_a_topic_that_nobody_takes_has_the_lane_of_its_type_or_an_unknown_one() -> None:
    rows = topic_rows([TopicView("vad.level", 0, 0, ("vad",), ()), TopicView("my.topic", 0, 0, ("me",), ())])
    assert (rows["vad.level"].lane, rows["my.topic"].lane) == ("latest", "")
    assert topic_table(rows.values())[2].split() == ["my.topic", "?", "0", "0.0", "me", "-"]


def test_what_passes_two_hubs_is_counted_once() -> None:
    here = [TopicView("tts.audio", 40, 400, (), ("mic-out",), "stream", 1)]
    there = [
        TopicView("tts.audio", 50, 500, ("tts",), ("face",), "", 0),
        TopicView("llm.token", 9, 0, ("llm",), ("chunker",), "stream"),
    ]
    assert united(here, there) == [
        TopicView("llm.token", 9, 0, ("llm",), ("chunker",), "stream"),
        TopicView("tts.audio", 50, 500, ("tts",), ("face", "mic-out"), "stream", 1),
    ]
