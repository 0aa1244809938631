"""Scenes of a person who edits the plan, or a file that it names, while the call runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.clock import MS, SECOND
from bus.errors import Gone
from remote import watching
from remote.applied import Applied, Step
from remote.watching import LOOK_NS, Watching
from remote.wish import Wish
from tests.topology.toys import GOOD, TOYS
from topology.fault import Fault
from topology.plan import Plan
from topology.reading import examine, read_plan

DONE = Applied("done", (Step("replaced", "vad", ("settings.path: the file has changed",), 0.5),))
FAULTY = GOOD.replace("[actors.asr]", "[actors.ars]")


class Desk:
    """A person's files, and a call that does what it is asked for."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.plan, self.wav = folder / "plan.toml", folder / "hello.wav"
        self.wav.write_bytes(b"RIFF")
        self.save(GOOD)

        def read(path: Path) -> tuple[Plan | None, list[Fault]]:
            self.reads += 1
            return examine(path, TOYS)

        monkeypatch.setattr(watching, "examine", read)
        self.reads = 0
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.wishes: list[Wish] = []
        self.answers: list[Applied] = [DONE]
        self.hub_lives = True
        self.at_ns = 1_000 * SECOND
        self.watching = Watching(self.plan, read_plan(self.plan, TOYS), self.lines.append, self.errors.append)
        self.looks(4)

    def save(self, text: str) -> None:
        """As most editors do: a new file takes the name."""
        fresh = self.plan.with_name("plan.toml~")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.plan)

    def looks(self, count: int) -> None:
        for _ in range(count):
            self.at_ns += LOOK_NS
            self.watching.look(self._ask, self.at_ns)

    def _ask(self, wish: Wish) -> Applied:
        self.wishes.append(wish)
        if not self.hub_lives:
            raise Gone("the hub does not answer")
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_what_was_not_touched_is_read_once_and_asked_for_never(desk: Desk) -> None:
    desk.looks(20)
    assert (desk.reads, desk.wishes, desk.lines, desk.errors) == (1, [], [], [])


def test_looks_are_three_a_second_however_often_it_is_called(desk: Desk) -> None:
    desk.save(FAULTY)
    for _ in range(50):
        desk.at_ns += 10 * MS
        desk.watching.look(desk._ask, desk.at_ns)
    assert desk.reads == 1
    desk.looks(1)
    assert desk.reads == 2


def test_a_saved_plan_is_applied_when_two_looks_found_it_the_same(desk: Desk) -> None:
    desk.save(GOOD.replace("replicas = 2", "replicas = 1"))
    desk.looks(1)
    assert desk.wishes == []
    desk.looks(1)
    assert [wish.plan.actors["tts"].replicas for wish in desk.wishes] == [1]
    desk.looks(10)
    assert len(desk.wishes) == 1
    assert desk.lines == ["~ replaced vad: settings.path: the file has changed, 0.5 s"]


def test_a_plan_that_is_still_being_written_is_left_alone(desk: Desk) -> None:
    text = GOOD.replace("replicas = 2", "replicas = 1")
    for end in range(60, len(text), 40):
        desk.plan.write_text(text[:end], encoding="utf-8")
        desk.looks(1)
    assert desk.errors == []
    desk.plan.write_text(text, encoding="utf-8")
    desk.looks(3)
    assert (len(desk.wishes), desk.errors) == (1, [])


def test_a_file_that_a_setting_names_counts_as_an_edit_of_its_actor(desk: Desk) -> None:
    desk.wav.write_bytes(b"WAVE")
    desk.looks(3)
    (wish,) = desk.wishes
    assert wish.plan.actors["vad"].stamps != read_plan(desk.plan, TOYS).actors["asr"].stamps
    desk.wav.write_bytes(b"WAVE")  # written again as it was
    desk.looks(3)
    assert len(desk.wishes) == 1


def test_an_error_is_told_once_for_each_content_and_the_plan_goes_on(desk: Desk) -> None:
    desk.save(FAULTY)
    desk.looks(20)
    (error,) = desk.errors
    assert f'{desk.plan}:8: error: actors.ars: there is no actor "ars"' in error
    assert error.endswith("the call goes on as it is")
    desk.save(FAULTY.replace("ars", "arse"))
    desk.looks(20)
    assert len(desk.errors) == 2
    desk.save(GOOD)
    desk.looks(3)
    assert (desk.wishes, desk.lines) == ([], ["= nothing has changed"])
    desk.save(FAULTY)
    desk.looks(3)
    assert len(desk.errors) == 3


def test_a_file_that_the_plan_waits_for_is_found_when_it_comes(desk: Desk) -> None:
    desk.save(GOOD.replace("hello.wav", "bye.wav"))
    desk.looks(3)
    assert "bye.wav" in desk.errors[0]
    (desk.plan.parent / "bye.wav").write_bytes(b"RIFF")
    desk.looks(8)
    (wish,) = desk.wishes
    assert wish.plan.actors["vad"].settings["path"] == str((desk.plan.parent / "bye.wav").resolve())
    assert len(desk.errors) == 1


def test_a_plan_that_is_gone_for_a_moment_is_no_error_and_one_that_stays_away_is_told_once(desk: Desk) -> None:
    desk.plan.unlink()
    desk.looks(4)
    assert desk.errors == []
    desk.looks(20)
    assert desk.errors == [f"{desk.plan}: the plan cannot be read any more; the call goes on as it is"]
    desk.save(GOOD.replace("replicas = 2", "replicas = 1"))
    desk.looks(3)
    assert len(desk.wishes) == 1


def test_a_wish_is_followed_until_it_is_over_also_over_the_death_of_a_hub(desk: Desk) -> None:
    desk.answers = [Applied("loading"), Applied("taking"), DONE]
    desk.save(GOOD.replace("replicas = 2", "replicas = 1"))
    desk.looks(3)
    desk.hub_lives = False
    desk.looks(3)
    desk.hub_lives = True
    desk.looks(3)
    assert len({wish.number for wish in desk.wishes}) == 1
    assert len(desk.lines) == 1


def test_a_refusal_is_told_with_its_reason_and_not_tried_again(desk: Desk) -> None:
    desk.answers = [Applied("refused", (), "tts: no such voice", "do this")]
    desk.save(GOOD.replace("replicas = 2", "replicas = 1"))
    desk.looks(20)
    assert desk.errors == ["refused, nothing has changed: tts: no such voice\n    do this"]
    assert len(desk.wishes) == 1


def test_a_plan_that_comes_while_another_one_is_applied_comes_after_it(desk: Desk) -> None:
    desk.answers = [Applied("busy", (), "another plan is being applied"), DONE]
    desk.save(GOOD.replace("replicas = 2", "replicas = 1"))
    desk.looks(6)
    assert (len(desk.wishes), desk.errors, len(desk.lines)) == (2, [], 1)
