"""Minutes of a call: transcript and figures, from messages as they come."""

from __future__ import annotations

import errno
import json
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bus.clock import MS, SECOND
from bus.errors import Wrong
from bus.messages import CameraHealth, Caption, Pause, Played, Skew, UserSaid
from bus.messages.stage import Stage, TurnTimeline
from remote import minutes as module
from remote.minutes import Minutes
from tests.remote.doubles import Clock, delivery


class Desk:
    """Minutes of a call that is up at second 1000 of the clock."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self.minutes = Minutes(folder)
        self.minutes.starting(0, 1)
        self.minutes.running(2.5)

    def user(self, turn: int, text: str, at_s: float) -> None:
        ended_ns = 1_000 * SECOND + int(at_s * SECOND)
        self.minutes.message(delivery(UserSaid(text=text, ended_ns=ended_ns, wait_ms=0), turn))

    def avatar(self, turn: int, text: str, at_s: float, *, done: bool = True, interrupted: bool = False) -> None:
        self.clock.at_ns = 1_000 * SECOND + int(at_s * SECOND)
        self.minutes.message(delivery(Caption(text=text, done=done, interrupted=interrupted), turn))

    def closed(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Transcript and report."""
        self.minutes.ending()
        self.minutes.close()
        lines = (self.folder / "transcript.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines], json.loads((self.folder / "latency.json").read_bytes())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    clock = Clock()
    monkeypatch.setattr(module, "now_ns", clock.now_ns)
    return Desk(tmp_path / "out" / "call", clock)


def spoken(turn: int, role: str, text: str, at_s: float, **more: object) -> dict[str, object]:
    return {"turn": turn, "role": role, "text": text, "at_s": at_s, **more}


def test_who_said_what_and_when(desk: Desk) -> None:
    desk.user(1, "hello there", 1.5)
    desk.avatar(1, "Hi.", 3.0, done=False)
    desk.avatar(1, "Hi. I am well.", 4.25)
    assert desk.closed()[0] == [
        spoken(1, "user", "hello there", 1.5),
        spoken(1, "assistant", "Hi. I am well.", 4.25),
    ]


def test_a_turn_that_went_on_is_one_line_with_all_its_words(desk: Desk) -> None:
    desk.user(1, "hello", 1.0)
    desk.user(1, "hello and good morning", 2.0)
    desk.avatar(1, "Hi.", 3.0)
    assert [line["text"] for line in desk.closed()[0]] == ["hello and good morning", "Hi."]


def test_an_interrupted_answer_holds_what_was_heard_and_says_so(desk: Desk) -> None:
    desk.user(1, "tell me more", 1.0)
    desk.avatar(1, "It all began", 3.0, interrupted=True)
    assert desk.closed()[0][1] == spoken(1, "assistant", "It all began", 3.0, interrupted=True)


def test_an_answer_of_which_nothing_was_heard_is_a_line_without_words(desk: Desk) -> None:
    desk.user(1, "tell me more", 1.0)
    desk.avatar(1, "", 1.5, interrupted=True)
    assert desk.closed()[0][1] == spoken(1, "assistant", "", 1.5, interrupted=True)


def test_a_caption_without_words_and_without_a_turn_is_nothing(desk: Desk) -> None:
    desk.avatar(3, "", 1.0)
    assert desk.closed()[0] == []


def test_turns_without_an_answer_stand_where_they_were_said(desk: Desk) -> None:
    desk.user(1, "one", 1.0)
    desk.user(2, "two", 2.0)
    desk.avatar(2, "Two.", 3.0)
    desk.user(3, "three", 4.0)
    assert [line["text"] for line in desk.closed()[0]] == ["one", "two", "Two.", "three"]


def test_words_of_every_language_stay_as_they_are(desk: Desk) -> None:
    desk.user(1, "добрий день", 1.0)
    desk.minutes.close()
    assert "добрий день" in (desk.folder / "transcript.jsonl").read_text(encoding="utf-8")


def test_the_figures_of_the_turns(desk: Desk) -> None:
    stages = (Stage("vad", 400, "wait"), Stage("llm", 100, "engine"), Stage("tts", 10, "bus"))
    for total, wait in ((510.0, 400.0), (110.0, 0.0), (300.0, 0.0)):  # the last two were typed
        times = TurnTimeline(total_ms=total, wait_ms=wait, overhead_ms=10, stages=stages)
        desk.minutes.message(delivery(times, 1))
    report = desk.closed()[1]
    assert report["total"] == {"count": 3, "p50": 300, "p95": 510, "worst": 510}
    assert report["overhead"]["worst"] == 10
    assert [t.get("wait_ms", 0) for t in report["turns"]] == [400, 0, 0]


def test_a_barge_in_lasts_from_the_onset_of_the_voice_to_the_end_of_the_fade(desk: Desk) -> None:
    desk.minutes.message(delivery(Pause(onset_ns=5 * SECOND)))
    desk.minutes.message(delivery(Played(event="playing", position=0, at_ns=5 * SECOND)))
    desk.minutes.message(delivery(Played(event="paused", position=0, at_ns=5 * SECOND + 120 * MS)))
    desk.minutes.message(delivery(Played(event="paused", position=0, at_ns=6 * SECOND)))
    assert desk.closed()[1]["barge_in"] == [120.0]


def test_skew_and_camera(desk: Desk) -> None:
    for median, worst in ((2.0, -35.0), (4.0, 20.0), (3.0, 5.0)):
        desk.minutes.message(delivery(Skew(median_ms=median, worst_ms=worst, frames=25)))
    for fps, gap in ((25.0, 44.0), (24.9, 80.0)):
        desk.minutes.message(delivery(CameraHealth(fps=fps, worst_gap_ms=gap)))
    report = desk.closed()[1]
    assert (report["skew"]["worst"], report["skew"]["p50"], report["skew_median"]) == (35, 20, 3)
    assert (report["camera_fps"], report["camera_worst_gap"]) == (24.95, 80)


def test_a_call_without_a_word_has_no_figures(desk: Desk) -> None:
    lines, report = desk.closed()
    assert lines == []
    assert (report["total"], report["skew"], report["camera_fps"], report["turns"]) == (None, None, None, [])


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(Wrong, match="cannot be written"):
        Minutes(tmp_path / "out")


def test_another_up_goes_on_with_the_minutes_where_a_killed_one_was(desk: Desk) -> None:
    times = TurnTimeline(total_ms=700, overhead_ms=20)
    desk.user(1, "hello there", 1.5)
    desk.avatar(1, "Hi.", 3.0)
    desk.minutes.message(delivery(times, 1))
    desk.minutes._file.close()  # its process was killed
    desk.clock.at_ns = 1_060 * SECOND
    desk.minutes = Minutes(desk.folder, again=True)
    desk.minutes.running(0.1)
    desk.user(2, "still there", 61)
    desk.avatar(2, "Yes.", 62.0)
    desk.minutes.message(delivery(times, 2))
    lines, report = desk.closed()
    assert [(line["text"], line["at_s"]) for line in lines] == [
        ("hello there", 1.5), ("Hi.", 3.0), ("still there", 61.0), ("Yes.", 62.0),
    ]  # fmt: skip
    assert report["total"]["count"] == 2
    assert sorted(path.name for path in desk.folder.iterdir()) == ["latency.json", "transcript.jsonl"]


def test_minutes_whose_draft_is_torn_go_on_all_the_same(tmp_path: Path) -> None:
    (tmp_path / module.DRAFT).write_bytes(b"\x93")
    Minutes(tmp_path, again=True).close()
    assert (tmp_path / "latency.json").exists()


def test_a_disk_that_fills_ends_no_call_and_is_told_in_the_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with closing(desk.minutes._file), monkeypatch.context() as disk:
        disk.setattr(desk.minutes, "_file", SimpleNamespace(write=full, flush=full, close=full))
        disk.setattr(Path, "write_bytes", full)
        desk.user(1, "hello", 1.0)
        desk.avatar(1, "Hi.", 2.0)
        desk.minutes.message(delivery(TurnTimeline(total_ms=1, wait_ms=0, overhead_ms=0, stages=(), turn=1), 1))
        desk.minutes.close()
    assert desk.minutes.trouble == f"{desk.folder / 'latency.json'} is not whole: No space left on device"
