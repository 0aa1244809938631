"""Attendance of a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.clock import SECOND
from remote.attendance import ORPHAN_S, Attendance, orphan_grace_s
from remote.mark import Mark
from remote.session import Session
from tests.remote.doubles import plan
from tests.remote.processes import DEAD


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    return Session.create(plan(tmp_path))


def over(attendance: Attendance, start_s: int, end_s: int) -> bool:
    return any(attendance.over(at * SECOND) for at in range(start_s, end_s))


def test_a_call_in_the_background_goes_on_for_ever(session: Session) -> None:
    assert not over(Attendance(session, 5), 100, 1_000)


def test_one_whose_director_vanished_ends_after_the_grace_unless_somebody_takes_it_over(session: Session) -> None:
    attendance = Attendance(session, 5)
    session.write("director.json", Mark.own())
    assert not over(attendance, 100, 200)
    session.write("director.json", DEAD)
    assert not over(attendance, 200, 204)
    session.remove("director.json")
    assert not over(attendance, 204, 300)
    session.write("director.json", DEAD)
    assert over(attendance, 300, 307)


def test_a_grace_may_become_longer(session: Session) -> None:
    attendance = Attendance(session, 5)
    session.write("director.json", DEAD)
    attendance.lasts(50)
    assert not over(attendance, 100, 140)
    assert over(attendance, 140, 160)


def test_processes_wait_long_enough_for_another_host_agent(tmp_path: Path) -> None:
    assert orphan_grace_s(plan(tmp_path, grace_s=0.1)) == ORPHAN_S
    assert orphan_grace_s(plan(tmp_path, grace_s=60)) == 60
