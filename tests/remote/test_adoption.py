"""Adoption of a call, on processes that are none."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.control import ActorCall, PeerView, Pulse
from remote import adoption
from remote.adoption import adopt_staff, rolls_of
from remote.child import works_of
from remote.mark import Mark
from remote.muster import Member, Muster, Role, SeatRoll
from tests.remote.doubles import Troupe, ask
from tests.remote.processes import DEAD

LOGS = Path("logs")
WORKS = works_of("fake", {})


class Living(Mark, frozen=True):
    """A process that runs."""

    @property
    def alive(self) -> bool:
        return True


@pytest.fixture
def troupe(monkeypatch: pytest.MonkeyPatch) -> Troupe:
    troupe = Troupe(monkeypatch)
    monkeypatch.setattr(adoption, "now_ns", troupe.clock.now_ns)
    monkeypatch.setattr("remote.foundling.now_ns", troupe.clock.now_ns)
    return troupe


def member(epoch: int, role: Role = "current", mark: Mark | None = None, works: str = WORKS) -> Member:
    return Member(epoch, role, mark or Living(1_000 + epoch, 0.0), works)


def left(*tts: Member, epoch: int = 0, up: bool = True, **more: object) -> Muster:
    """What is left of a call whose vad and mic-out run."""
    others = [SeatRoll(name=name, epoch=1, members=(member(1),)) for name in ("vad", "mic-out")]
    roll = SeatRoll(name="tts", epoch=epoch or max((m.epoch for m in tts), default=1), members=tts)
    roll = msgspec.structs.replace(roll, **more)
    return Muster(control_port=4711, seats=(*others, roll), loaded=up, up=up)


def peer(epoch: int, phase: str, pid: int = 7) -> PeerView:
    return PeerView("tts", epoch, "actor", pid, phase, Pulse(), 0, 10)


def test_what_is_written_down_is_what_is_taken_over(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.staff.seats["tts"].restarts = 4
    rolls = {roll.name: roll for roll in rolls_of(troupe.staff, "vad", 9)}
    assert [(m.epoch, m.role) for m in rolls["tts"].members] == [(1, "current"), (2, "successor")]
    assert (rolls["tts"].epoch, rolls["tts"].restarts, rolls["vad"].epoch) == (2, 4, 9)


def test_those_who_run_go_on_and_a_restart_afterwards_gets_the_next_epoch(troupe: Troupe) -> None:
    told = adopt_staff(troupe.staff, left(member(3), restarts=2), [peer(3, "active")], LOGS)
    seat = troupe.staff.seats["tts"]
    assert (told, troupe.staff.all_up, troupe.staff.all_loaded) == ([], True, True)
    assert (seat.state, seat.pid if hasattr(seat, "pid") else seat.current and seat.current.pid) == ("running", 1_003)
    assert seat.restarts == 2
    troupe.staff.replace(ask(7), "tts")
    troupe.notice("tts", 4, "hello", "ready", "active")
    assert troupe.answers == [(7, 4)]


def test_one_that_died_meanwhile_is_started_again_by_its_policy(troupe: Troupe) -> None:
    adopt_staff(troupe.staff, left(member(3, mark=DEAD)), [peer(3, "active")], LOGS)
    troupe.staff.look_after()
    assert (troupe.told_of("gone"), troupe.staff.seats["tts"].state) == ([("tts", 3)], "waiting")
    troupe.later(101)
    assert troupe.staff.seats["tts"].epoch == 4


def test_a_seat_without_any_process_gets_one_at_once_with_an_epoch_that_nobody_had(troupe: Troupe) -> None:
    adopt_staff(troupe.staff, left(epoch=5), [], LOGS)
    troupe.staff.look_after()
    assert troupe.child("tts", 6).errand.epoch == 6


def test_a_successor_in_standby_takes_over_when_the_hub_tells_again_that_it_is_ready(troupe: Troupe) -> None:
    muster = left(member(1), member(2, "successor"))
    adopt_staff(troupe.staff, muster, [peer(1, "active"), peer(2, "standby")], LOGS)
    troupe.notice("tts", 1, "hello", "active")
    troupe.notice("tts", 2, "hello", "ready")
    assert troupe.told_of("activate") == [("tts", 2)]
    troupe.notice("tts", 2, "active")
    seat = troupe.staff.seats["tts"]
    assert seat.current
    assert (seat.current.epoch, seat.successor, [c.epoch for c in seat.retired]) == (2, None, [1])


@pytest.mark.parametrize(
    ("before", "after"), [("draining", "standby"), ("draining", "starting"), ("active", "standby")]
)
def test_a_hand_over_goes_on_wherever_it_was(troupe: Troupe, before: str, after: str) -> None:
    """The roll may be a step behind the hub: that knows who takes part."""
    adopt_staff(troupe.staff, left(member(1), member(2, "successor")), [peer(1, before), peer(2, after)], LOGS)
    troupe.notice("tts", 2, "ready", "active")
    seat = troupe.staff.seats["tts"]
    assert seat.current
    assert (seat.current.epoch, [c.epoch for c in seat.retired]) == (2, [1])


def test_a_hand_over_that_was_over_before_it_was_written_down_leaves_one_active(troupe: Troupe) -> None:
    adopt_staff(troupe.staff, left(member(1), member(2, "successor")), [peer(2, "active")], LOGS)
    seat = troupe.staff.seats["tts"]
    assert seat.current
    assert (seat.current.epoch, seat.successor, [c.epoch for c in seat.retired]) == (2, None, [1])


def test_one_that_only_the_hub_knows_is_taken_over_and_its_epoch_is_used(
    troupe: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mark, "of", lambda pid: Living(pid, 0.0))
    adopt_staff(troupe.staff, left(member(1)), [peer(1, "active"), peer(2, "standby", 77)], LOGS)
    seat = troupe.staff.seats["tts"]
    assert seat.successor
    assert (seat.epoch, seat.successor.pid) == (2, 77)


def test_one_that_loaded_for_a_plan_that_was_never_decided_is_told_to_stop(troupe: Troupe) -> None:
    told = adopt_staff(troupe.staff, left(member(1), member(9, "other")), [peer(1, "active"), peer(9, "standby")], LOGS)
    seat = troupe.staff.seats["tts"]
    assert told == [("stop", ActorCall("tts", 9))]
    assert (seat.state, seat.successor, seat.epoch) == ("running", None, 9)


def test_one_that_works_by_an_older_plan_is_replaced(troupe: Troupe) -> None:
    """A change was under way: the plan was decided, the hand-over was not."""
    adopt_staff(troupe.staff, left(member(1, works="another")), [peer(1, "active")], LOGS)
    assert troupe.staff.seats["tts"].successor is troupe.child("tts", 2)


def test_one_that_the_plan_has_no_place_for_is_ended_and_its_epoch_is_kept(troupe: Troupe) -> None:
    muster = left(member(1))
    gone = SeatRoll(name="face", epoch=4, members=(member(4, mark=DEAD),))
    told = adopt_staff(troupe.staff, msgspec.structs.replace(muster, seats=(*muster.seats, gone)), [], LOGS)
    assert told == [("gone", ActorCall("face", 4))]
    assert troupe.staff.epochs == {"face": 4}


def test_one_that_was_given_up_stays_so(troupe: Troupe) -> None:
    adopt_staff(troupe.staff, left(epoch=6, given_up=True, error="no voice"), [], LOGS)
    troupe.later(10_000)
    assert troupe.staff.given_up == ("tts: no voice",)


def test_a_start_goes_on_where_it_was(troupe: Troupe) -> None:
    adopt_staff(troupe.staff, left(member(1, "successor"), up=False), [peer(1, "standby")], LOGS)
    assert troupe.staff.all_loaded, "two are active: everybody was told to begin"
    troupe.notice("tts", 1, "ready", "active")
    assert troupe.staff.all_up
