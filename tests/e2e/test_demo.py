"""The demo as the README has it: `avatar up topology/demo.toml` in an empty folder."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
from rapidfuzz import fuzz

from remote.minutes import Latency, Spoken
from tests.e2e.call import ESCAPE, Call
from tests.e2e.film import Film, read_film
from tests.e2e.plans import conversation

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

ALIKE = 75
"""A recogniser on a busy machine now and then loses a word of a question."""
AROUND_S = 0.5


@pytest.fixture(scope="module")
def done(demo: Call) -> Path:
    """The folder of the finished demo."""
    assert demo.wait(150) == 0, demo.told()
    return demo.folder / "out" / "demo"


@pytest.fixture(scope="module")
def film(done: Path) -> Film:
    return read_film(done / "call.mp4")


@pytest.fixture(scope="module")
def said(done: Path) -> list[Spoken]:
    lines = (done / "transcript.jsonl").read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Spoken) for line in lines]


def test_it_ends_by_itself_and_leaves_only_its_results(demo: Call, done: Path) -> None:
    assert demo.errors == ""
    demo.expect_gone()
    assert sorted(path.name for path in done.iterdir()) == ["call.mp4", "latency.json", "transcript.jsonl"]


def test_it_reads_well_in_a_pipe(demo: Call, said: list[Spoken]) -> None:
    assert ESCAPE not in demo.output
    assert "\r" not in demo.output
    assert re.search(r"call is up after \d+\.\d s", demo.output)
    for line in said:
        assert line.text in demo.output
    assert str(Path("out/demo/call.mp4")) in demo.output


def test_the_transcript_has_every_question_and_its_answer(said: list[Spoken]) -> None:
    asked = [line for line in said if line.role == "user"]
    alike = [
        fuzz.ratio(a.text.lower(), b.text, processor=str.lower) for a, b in zip(conversation(), asked, strict=True)
    ]
    assert min(alike) > ALIKE, [line.text for line in asked]
    assert [line.role for line in said] == ["user", "assistant"] * len(asked)
    for word, answer in zip(
        ("Nova", "only that part", "open project", "Nothing is recorded", "second", "Goodbye"), said[1::2], strict=True
    ):
        assert word in answer.text


def test_the_interrupted_answer_is_what_was_heard_of_it(said: list[Spoken]) -> None:
    (cut,) = [line for line in said if line.interrupted]
    whole = "Then only that part is started again, and the call goes on. My camera keeps showing a living face"
    assert cut.turn == 2
    assert whole.startswith(cut.text)
    assert cut.text.endswith(tuple(whole.split())), "it ends with a whole word"


def test_the_film_has_the_avatar_left_and_the_person_right(film: Film, said: list[Spoken]) -> None:
    assert (film.codecs, film.size, film.channels, film.rate_hz) == (("h264", "aac"), (1280, 720), 2, 48_000)
    assert 24 < film.fps < 25.2
    assert abs(film.times[-1] - film.seconds) < 0.5
    start_s = film.first_voice_s(film.right) - conversation()[0].start_ms / 1e3
    assert abs(start_s) < 2, "both channels and the picture begin together"
    for asked in conversation():
        begin_s, end_s = start_s + asked.start_ms / 1e3, start_s + asked.end_ms / 1e3
        assert film.loudness(film.right, begin_s, end_s) > 0.01
        answer_s = end_s + AROUND_S, end_s + 6
        assert film.loudness(film.left, *answer_s) > 0.01, f"an answer to {asked.text!r} is heard"
    quiet = film.loudness(film.right, *(start_s + ms / 1e3 for ms in (6_000, 9_000)))
    assert quiet < 0.001, "the avatar is not in the person's channel"
    assert film.loudness(film.left, 0, start_s + conversation()[0].end_ms / 1e3) < 0.001
    assert len([line for line in said if line.role == "assistant"]) == len(conversation())


def test_it_falls_silent_when_it_is_interrupted(film: Film) -> None:
    start_s = film.first_voice_s(film.right) - conversation()[0].start_ms / 1e3
    (cut,) = [asked for asked in conversation() if asked.interrupts]
    at_s = start_s + cut.start_ms / 1e3
    assert film.loudness(film.left, at_s - 0.5, at_s) > 0.01
    assert film.loudness(film.left, at_s + 0.6, at_s + 1.2) < 0.002


def test_the_mouth_moves_with_the_voice_and_rests_without(film: Film) -> None:
    voice = film.speaks(film.left)
    near = np.convolve(voice, np.ones(11), "same") > 0  # within half a second of it
    place = np.minimum((film.times * 10).astype(int), voice.size - 1)
    speaking, resting = film.motion[voice[place]], film.motion[~near[place]]
    assert speaking.size > 300
    assert resting.size > 300
    assert np.median(speaking) > 4 * np.median(resting), "moving pictures"
    assert np.percentile(resting, 95) < 0.5 * np.median(speaking), "a resting mouth only breathes"


def test_latency_is_told_and_sane(done: Path) -> None:
    latency = msgspec.json.decode((done / "latency.json").read_bytes(), type=Latency)
    assert [times.turn for times in latency.turns] == [1, 2, 3, 4, 5, 6]
    for times in latency.turns:
        assert abs(sum(stage.ms for stage in times.stages) - times.total_ms) < 1
        assert times.wait_ms <= times.total_ms
    assert latency.total
    assert 100 < latency.total.p50 < 2_500
    assert len(latency.barge_in) == 1
    assert 0 < latency.barge_in[0] < 800
    assert latency.skew_median is not None
    assert abs(latency.skew_median) < 60
    assert latency.camera_fps is not None
    assert latency.camera_fps > 24


def test_nothing_of_it_is_left_running(demo: Call, done: Path) -> None:
    assert done.is_dir()
    demo.expect_gone()
    assert not psutil.pid_exists(demo.process.pid)
