"""Scenes of the endpointer: "." is a window of silence, "#" one of speech, "?" one that the detector doubts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.vad.endpointer import WINDOW_NS, Endpointer, Noticed
from actors.vad.engine import WINDOW, Sound
from actors.vad.fake import play
from actors.vad.settings import VadSettings
from bus.clock import MS, SECOND
from bus.messages import SpeechChunk, SpeechEdge, SpeechTail

PROBABILITY = {".": 0.01, "?": 0.4, "#": 0.9}


def hear(script: str, settings: VadSettings | None = None) -> list[Noticed]:
    endpointer = Endpointer(settings or VadSettings())
    sounds = play(script.replace("?", "#"), start_ns=SECOND)
    return [m for w, letter in zip(sounds, script, strict=True) for m in endpointer.hear(w, PROBABILITY[letter])]


def edges(script: str, settings: VadSettings | None = None) -> list[tuple[str, float]]:
    """Edges with their time in windows from the script's start."""
    found = [m for m in hear(script, settings) if isinstance(m, SpeechEdge)]
    return [(m.kind, (m.at_ns - SECOND) / WINDOW_NS) for m in found]


def chunks(script: str, settings: VadSettings | None = None) -> list[SpeechChunk]:
    return [m for m in hear(script, settings) if isinstance(m, SpeechChunk)]


def test_speech_starts_at_its_first_window_and_stops_after_its_last() -> None:
    assert edges("." * 20 + "#" * 20 + "." * 20) == [("started", 20.0), ("stopped", 40.0)]


def test_it_is_noticed_96_ms_after_it_began_and_200_ms_after_it_ended() -> None:
    script = "." * 20 + "#" * 20 + "." * 20
    for length in range(len(script)):
        known = [kind for kind, _ in edges(script[:length])]
        assert known == [kind for kind, at in (("started", 23), ("stopped", 47)) if length >= at], length


@pytest.mark.parametrize("cough", ["#", "##", "#.#.##.", "##..##"])
def test_a_click_or_a_cough_is_not_speech(cough: str) -> None:
    assert hear("." * 10 + cough + "." * 20) == []


def test_a_doubtful_window_neither_starts_nor_ends_speech() -> None:
    assert edges("." * 20 + "?" * 20 + "." * 20) == []
    assert [kind for kind, _ in edges("." * 20 + "##?#" + "." * 20)] == ["started", "stopped"]
    assert [kind for kind, _ in edges("." * 20 + "###" + "?" * 40)] == ["started"]


def test_a_short_pause_belongs_to_the_utterance_and_a_long_one_ends_it() -> None:
    assert len(edges("." * 20 + "#" * 9 + "." * 5 + "#" * 9 + "." * 20)) == 2
    assert [kind for kind, _ in edges("." * 20 + "#" * 9 + "." * 8 + "#" * 9 + "." * 20)] == ["started", "stopped"] * 2


def test_a_chunk_tells_for_how_long_nobody_has_been_speaking() -> None:
    quiet = [chunk.quiet_ms for chunk in chunks("." * 20 + "#" * 6 + ".." + "##" + "." * 20)]
    assert quiet == [0, 0, 0, 0, 32, 64, 0, 0, 32, 64, 96, 128, 160, 192, 224]


def test_what_was_heard_last_is_told_before_speech_is_said_to_have_stopped() -> None:
    told = [m for m in hear("." * 20 + "#" * 20 + "." * 20) if not isinstance(m, SpeechChunk)]
    assert [type(m) for m in told] == [SpeechEdge, SpeechTail, SpeechEdge]
    (tail,) = [m for m in told if isinstance(m, SpeechTail)]
    assert (tail.utterance, tail.at_ns, len(tail.payload)) == (1, SECOND, 47 * 512 * 2)


def test_the_first_chunk_begins_300_ms_before_the_speech() -> None:
    first = chunks("." * 30 + "#" * 20)[0]
    assert first.at_ns == SECOND + 30 * WINDOW_NS - 300 * MS
    assert len(first.payload) // 2 * SECOND // 16_000 == 300 * MS + 3 * WINDOW_NS


def test_speech_from_the_first_window_on_has_no_more_before_it_than_there_is() -> None:
    first, *_ = chunks("#" * 10)
    assert first.at_ns == SECOND
    assert edges("#" * 10) == [("started", 0.0)]


def test_what_was_already_said_is_not_the_next_pre_roll() -> None:
    """The pre-roll would reach back into the utterance before, whose last word would be heard twice."""
    told = chunks("." * 20 + "#" * 9 + "." * 8 + "#" * 9 + "." * 20)
    assert {c.utterance for c in told} == {1, 2}
    ends = [c.at_ns + len(c.payload) // 2 * SECOND // 16_000 for c in told]
    assert all(chunk.at_ns >= end for chunk, end in zip(told[1:], ends, strict=False))


@given(st.text("..##?", max_size=120))
def test_every_utterance_is_complete_and_seamless(script: str) -> None:
    for number in range(1, 1 + sum(kind == "started" for kind, _ in edges(script))):
        told = [m for m in hear(script) if m.utterance == number]
        pieces = [m for m in told if isinstance(m, SpeechChunk)]
        kinds = [m.kind for m in told if isinstance(m, SpeechEdge)]
        assert [p.index for p in pieces] == list(range(len(pieces)))
        assert [p.last for p in pieces[:-1]] == [False] * (len(pieces) - 1)
        assert kinds == ["started", "stopped"][: 1 + pieces[-1].last]
        for piece, following in pairwise(pieces):
            assert following.at_ns == piece.at_ns + len(piece.payload) // 2 * SECOND // 16_000


def test_the_sound_of_an_utterance_is_the_sound_that_was_heard() -> None:
    sounds = [Sound(np.full(WINDOW, i, np.int16), i * WINDOW_NS) for i in range(60)]
    endpointer = Endpointer(VadSettings(pre_roll_ms=320))
    told = [m for i, w in enumerate(sounds) for m in endpointer.hear(w, 0.9 if 20 <= i < 40 else 0.0)]
    pieces = [m.payload for m in told if isinstance(m, SpeechChunk)]
    heard = np.frombuffer(b"".join(pieces), np.int16).reshape(-1, WINDOW)
    first = int(heard[0, 0])
    assert first <= 10
    assert (heard[:, 0] == np.arange(first, first + len(heard))).all()


def test_an_endless_utterance_is_split_without_losing_or_repeating_a_sample() -> None:
    settings = VadSettings(max_utterance_ms=3_200)
    script = "#" * 400
    told = chunks(script, settings)
    assert {c.utterance for c in told} == {1, 2, 3}
    assert sum(len(c.payload) for c in told) == 400 * WINDOW * 2
    split = edges(script, settings)
    assert [kind for kind, _ in split] == ["started", "stopped", "started", "stopped", "started"]
    assert split[1][1] == split[2][1]


def test_a_split_waits_for_a_pause_between_two_words() -> None:
    settings = VadSettings(max_utterance_ms=3_200)
    assert edges("#" * 120 + "." + "#" * 60, settings)[1] == ("stopped", 121.0)
