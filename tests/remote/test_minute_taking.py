"""Scenes of a call whose plan begins to record while it runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bus.clock import SECOND
from remote.minute_taking import MinuteTaking
from remote.minutes import Minutes
from tests.remote.doubles import plan


def test_a_folder_that_the_plan_names_later_gets_minutes_once(tmp_path: Path) -> None:
    first = Minutes(tmp_path / "one")
    minutes, joined = [first], list[Minutes]()
    taking = MinuteTaking(minutes, joined.append, lambda line: None)
    for second, name in enumerate(("one", "two", "two", "one"), 1):
        taking.look(partial(plan, tmp_path, record=str(tmp_path / name)), second * SECOND)
    assert [each.folder.name for each in minutes] == ["one", "two"]
    assert joined == minutes[1:]
    for each in minutes:
        each.close()


def test_a_folder_that_cannot_be_written_is_told_once_and_the_call_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    minutes: list[Minutes] = []
    taking = MinuteTaking(minutes, minutes.append, told.append)
    for second in (1, 2):
        taking.look(lambda: plan(tmp_path, record=str(tmp_path / "file")), second * SECOND)
    assert (minutes, len(told)) == ([], 1)


def test_a_plan_that_cannot_be_read_just_now_changes_nothing(tmp_path: Path) -> None:
    minutes: list[Minutes] = []
    MinuteTaking(minutes, minutes.append, lambda line: None).look(lambda: None, SECOND)
    assert minutes == []
