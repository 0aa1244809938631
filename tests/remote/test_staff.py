"""Staff of a host, on processes that are none."""

from __future__ import annotations

import pytest

from bus.clock import MS
from remote.dismissal import STOP_S
from remote.reason import WORD_NS, StartFailed
from tests.remote.doubles import Troupe, ask
from topology.plan import Restart


@pytest.fixture
def troupe(monkeypatch: pytest.MonkeyPatch) -> Troupe:
    return Troupe(monkeypatch)


# --- start ------------------------------------------------------------------------------------------------------------


def test_nobody_is_activated_before_all_are_ready_and_then_the_last_of_the_plan_comes_first(troupe: Troupe) -> None:
    troupe.staff.start()
    troupe.notice("mic-out", 1, "hello", "ready")
    troupe.notice("vad", 1, "hello", "ready")
    assert troupe.told_of("activate") == []
    troupe.notice("tts", 1, "hello", "ready")
    assert troupe.told_of("activate") == [("mic-out", 1), ("tts", 1), ("vad", 1)]
    assert not troupe.staff.all_up
    for name in ("mic-out", "tts", "vad"):
        troupe.notice(name, 1, "active")
    assert troupe.staff.all_up
    assert {seat.state for seat in troupe.staff.seats.values()} == {"running"}


def test_a_process_is_told_its_engine_and_its_epoch(troupe: Troupe) -> None:
    troupe.staff.start()
    child = troupe.child("tts", 1)
    assert child.command == ["-m", "actors", "tts"]
    assert (child.errand.engine, child.errand.control_port, child.log_path.name) == ("fake", 4711, "tts.log")
    assert child.python == ""


def test_a_new_hub_that_tells_everything_again_changes_nothing(troupe: Troupe) -> None:
    troupe.up()
    before = len(troupe.told)
    troupe.notice("tts", 1, "hello", "ready", "active")
    assert troupe.told[before:] == []


def test_hopeless_at_start_ends_the_call_with_the_actors_own_words_and_exit_code(troupe: Troupe) -> None:
    troupe.staff.start()
    with pytest.raises(StartFailed, match="tts: no such voice") as failed:
        troupe.bye("tts", 1, "no such voice", hopeless=True, exit_code=2)
    assert failed.value.exit_code == 2


def test_an_actor_that_dies_without_a_word_at_start_ends_the_call_and_points_to_its_log(troupe: Troupe) -> None:
    troupe.staff.start()
    with pytest.raises(StartFailed, match="tts: it ended with code -9") as failed:
        troupe.die("tts", 1)
    assert "tts.log" in failed.value.todo


def test_one_that_cannot_take_its_device_fails_the_start_though_all_were_ready(troupe: Troupe) -> None:
    troupe.staff.start()
    for name in troupe.staff.seats:
        troupe.notice(name, 1, "ready")
    with pytest.raises(StartFailed, match="vad: no microphone"):
        troupe.bye("vad", 1, "no microphone", hopeless=True)


def test_the_reason_may_come_a_little_later_than_the_end_of_the_process(troupe: Troupe) -> None:
    troupe.staff.start()
    troupe.die("tts", 1, code=2)  # not judged yet
    with pytest.raises(StartFailed, match="no such voice"):
        troupe.bye("tts", 1, "no such voice", hopeless=True)


def test_a_process_that_cannot_be_made_fails_the_start(troupe: Troupe) -> None:
    troupe.made.fails = "no memory"
    with pytest.raises(StartFailed, match="vad: no memory"):
        troupe.staff.start()


# --- crash ------------------------------------------------------------------------------------------------------------


def test_a_crash_is_followed_by_a_wait_and_a_new_process(troupe: Troupe) -> None:
    troupe.up()
    troupe.die("tts", 1)
    seat = troupe.staff.seats["tts"]
    assert (seat.state, seat.error, troupe.told_of("gone")) == ("waiting", "it ended with code -9", [("tts", 1)])
    troupe.later(99)
    assert seat.epoch == 1
    troupe.later(2)
    assert (seat.state, seat.epoch, seat.restarts) == ("restarting", 2, 1)
    troupe.notice("tts", 2, "ready", "active")
    assert seat.state == "running"


def test_the_error_shown_is_that_of_the_last_end(troupe: Troupe) -> None:
    troupe.up()
    troupe.bye("tts", 1, "the server went away")
    troupe.die("tts", 1, code=1)
    assert troupe.staff.seats["tts"].error == "the server went away"
    troupe.later(101)
    troupe.notice("tts", 2, "ready", "active")
    troupe.die("tts", 2)
    assert troupe.staff.seats["tts"].error == "it ended with code -9"


def test_too_many_deaths_are_given_up_the_hub_forgets_it_and_who_asked_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    troupe = Troupe(monkeypatch, Restart(max=2)).up()
    troupe.die("tts", 1)
    troupe.later(101)
    troupe.die("tts", 2)
    troupe.later(1_001)
    troupe.staff.seats["tts"].asked.append(ask(7))
    troupe.die("tts", 3)
    why = "it died 3 times, the last time: it ended with code -9"
    assert troupe.staff.seats["tts"].state == "given up"
    assert troupe.staff.given_up == (f"tts: {why}",)
    assert troupe.told_of("forget") == [("tts", 0)]
    assert [(number, what) for number, what, _ in troupe.refusals] == [(7, why)]
    troupe.later(60_000)
    assert troupe.staff.seats["tts"].epoch == 3
    assert troupe.staff.seats["vad"].state == "running"


def test_hopeless_in_a_running_call_is_given_up_at_once(troupe: Troupe) -> None:
    troupe.up()
    troupe.bye("tts", 1, "the licence ran out", hopeless=True)
    troupe.die("tts", 1, code=2)
    assert troupe.staff.given_up == ("tts: the licence ran out",)
    assert troupe.told_of("forget") == [("tts", 0)]


def test_an_exit_code_that_says_hopeless_is_believed_without_a_word(troupe: Troupe) -> None:
    troupe.up()
    troupe.die("tts", 1, code=2)
    assert troupe.staff.seats["tts"].state == "running"  # its reason may still come
    troupe.later(WORD_NS / MS + 1)
    assert troupe.staff.given_up == ("tts: it ended with code 2",)


def test_one_that_was_given_up_can_be_restarted_by_hand(troupe: Troupe) -> None:
    troupe.up()
    troupe.bye("tts", 1, "the licence ran out", hopeless=True)
    troupe.die("tts", 1, code=2)
    troupe.staff.replace(ask(7), "tts")
    troupe.notice("tts", 2, "ready", "active")
    assert troupe.answers == [(7, 2)]
    assert troupe.staff.given_up == ()


def test_one_that_said_goodbye_and_hangs_is_killed(troupe: Troupe) -> None:
    troupe.up()
    troupe.bye("tts", 1, "the server went away")
    troupe.later(STOP_S * 1e3 + 1)
    assert troupe.child("tts", 1).killed
    troupe.later(0)
    assert troupe.staff.seats["tts"].state == "waiting"


def test_a_process_that_cannot_be_made_in_a_running_call_is_tried_again(troupe: Troupe) -> None:
    troupe.up()
    troupe.made.fails = "no memory"
    troupe.die("tts", 1)
    troupe.later(101)
    assert (troupe.staff.seats["tts"].state, troupe.staff.seats["tts"].error) == ("waiting", "no memory")
    troupe.made.fails = ""
    troupe.later(1_001)
    assert troupe.staff.seats["tts"].state == "restarting"


# --- replicas ---------------------------------------------------------------------------------------------------------


def test_replicas_are_processes_of_one_actor_with_names_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    troupe = Troupe(monkeypatch, voices=2).up()
    assert list(troupe.staff.seats) == ["vad", "tts", "tts#1", "mic-out"]
    second = troupe.child("tts#1", 1)
    assert (second.errand.group, second.log_path.name) == ("tts", "tts#1.log")
    assert troupe.told_of("activate") == [("mic-out", 1), ("tts#1", 1), ("tts", 1), ("vad", 1)]


def test_each_replica_is_replaced_and_started_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    troupe = Troupe(monkeypatch, voices=2).up()
    troupe.staff.replace(ask(7), "tts#1")
    troupe.notice("tts#1", 2, "ready", "active")
    assert (troupe.answers, troupe.staff.seats["tts"].epoch) == ([(7, 2)], 1)
    troupe.die("tts", 1)
    assert [troupe.staff.seats[n].state for n in ("tts", "tts#1")] == ["waiting", "running"]


def test_the_hub_forgets_an_actor_only_when_its_last_replica_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    troupe = Troupe(monkeypatch, voices=2).up()
    troupe.bye("tts", 1, "the licence ran out", hopeless=True)
    troupe.die("tts", 1, code=2)
    assert troupe.told_of("forget") == []
    troupe.bye("tts#1", 1, "the licence ran out", hopeless=True)
    troupe.die("tts#1", 1, code=2)
    assert troupe.told_of("forget") == [("tts", 0)]


# --- stop -------------------------------------------------------------------------------------------------------------


def test_stop_waits_for_the_named_ones_only(troupe: Troupe) -> None:
    troupe.up().staff.stop(["vad", "tts"])
    assert sorted(troupe.told_of("stop")) == [("tts", 0), ("vad", 0)]
    assert [c.code for c in troupe.made.made] == [0, 0, None]
    assert not any(c.killed for c in troupe.made.made)


def test_one_that_does_not_end_is_told_again_and_then_killed(troupe: Troupe) -> None:
    troupe.up()
    troupe.stubborn.add("tts")
    begun_ns = troupe.clock.at_ns
    troupe.staff.stop(["vad", "tts"])
    assert (troupe.child("tts", 1).killed, troupe.child("vad", 1).killed) == (True, False)
    assert troupe.clock.at_ns - begun_ns == pytest.approx(STOP_S * 1e9, rel=0.01)
    assert troupe.told_of("stop").count(("tts", 0)) > 10
    assert troupe.told_of("stop").count(("vad", 0)) == 1


def test_one_that_waits_for_its_back_off_does_not_come_back_after_the_stop(troupe: Troupe) -> None:
    troupe.up()
    troupe.die("tts", 1)
    troupe.staff.stop(["vad", "tts", "mic-out"])
    troupe.later(10_000)
    assert troupe.staff.seats["tts"].epoch == 1
