"""Muster roll of a call."""

from __future__ import annotations

from pathlib import Path

from remote.muster import Member, Muster, Rollbook, SeatRoll, names_of
from tests.remote.processes import DEAD, idle


def test_everybody_in_the_roll_is_killed_the_hub_last() -> None:
    with idle(2) as (actor, hub):
        seat = SeatRoll(name="tts", epoch=2, members=(Member(1, "retired", DEAD, ""), Member(2, "current", actor, "")))
        muster = Muster(control_port=1, hub=hub, seats=(seat,))
        assert list(muster.marks()) == [DEAD, actor, hub]
        assert muster.alive
        muster.kill()
        assert not muster.alive


def test_a_roll_is_written_when_it_is_news_and_a_full_disk_is_no_reason_to_end() -> None:
    written: list[Muster] = []

    def write(muster: Muster) -> None:
        if muster.takeovers > 1:
            raise OSError(28, "no space left")
        written.append(muster)

    book = Rollbook(write, Muster())
    for muster in (Muster(), Muster(takeovers=1), Muster(takeovers=1), Muster(takeovers=2)):
        book.keep(muster)
    assert written == [Muster(takeovers=1)]
    assert book.muster.takeovers == 2


def test_folders_stand_in_it_in_order() -> None:
    assert names_of([Path("b"), Path("a")]) == ("a", "b")
