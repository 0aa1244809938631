"""Staff of a host while actors are replaced by fresh processes of themselves."""

from __future__ import annotations

import logging

import pytest

from bus.errors import Wrong
from remote.staff import DRAIN_S
from remote.understudies import Understudies
from tests.remote.doubles import Troupe, ask


@pytest.fixture
def troupe(monkeypatch: pytest.MonkeyPatch) -> Troupe:
    return Troupe(monkeypatch)


def test_a_restart_loads_the_new_one_in_standby_and_answers_when_it_runs(troupe: Troupe) -> None:
    troupe.up()
    seat = troupe.staff.seats["tts"]
    troupe.staff.replace(ask(7), "tts")
    assert (seat.state, seat.epoch, troupe.child("tts", 1).code) == ("restarting", 2, None)
    assert ("tts", 2) not in troupe.told_of("activate")
    troupe.notice("tts", 2, "hello", "ready")
    assert ("tts", 2) in troupe.told_of("activate")
    troupe.die("tts", 1, code=0)  # drained
    assert (("tts", 1) in troupe.told_of("gone"), troupe.answers) == (True, [])
    troupe.notice("tts", 2, "active")
    assert troupe.answers == [(7, 2)]
    assert (seat.state, seat.restarts, seat.children) == ("running", 1, [troupe.child("tts", 2)])


def test_two_who_ask_for_the_same_restart_get_one_new_process_and_both_an_answer(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.staff.replace(ask(8), "tts")
    troupe.notice("tts", 2, "ready", "active")
    assert troupe.answers == [(7, 2), (8, 2)]
    assert troupe.staff.seats["tts"].epoch == 2


def test_whoever_asks_again_after_a_hub_died_gets_no_second_process(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts", 1)
    troupe.staff.replace(ask(7), "tts", 1)
    troupe.notice("tts", 2, "ready", "active")
    troupe.staff.replace(ask(7), "tts", 1)
    assert troupe.answers == [(7, 2), (7, 2)]
    assert troupe.staff.seats["tts"].epoch == 2


def test_an_unknown_actor_is_refused_with_the_names_there_are(troupe: Troupe) -> None:
    with pytest.raises(Wrong) as wrong:
        troupe.staff.replace(ask(7), "tss")
    assert wrong.value.todo == "actors: vad, tts, mic-out"


def test_a_successor_that_fails_to_load_leaves_the_old_one_at_work(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.bye("tts", 2, "no such voice", hopeless=True)
    troupe.die("tts", 2, code=2)
    assert troupe.staff.seats["tts"].current is troupe.child("tts", 1)
    assert troupe.refusals == [(7, "the new tts failed: no such voice", "the old one goes on")]
    assert troupe.staff.given_up == ()


def test_a_successor_that_fails_once_the_old_one_leaves_is_followed_by_another(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.notice("tts", 2, "ready")  # the old one drains from here on
    troupe.die("tts", 2)
    assert troupe.refusals == []
    troupe.die("tts", 1, code=0)
    troupe.later(100)
    troupe.notice("tts", 3, "ready", "active")
    assert troupe.answers == [(7, 3)]
    assert len(troupe.staff.seats["tts"].policy.deaths) == 1


def test_an_old_one_that_hangs_does_not_keep_its_successor_waiting_for_ever(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.notice("tts", 2, "ready")
    troupe.later(DRAIN_S * 1e3 - 1)
    assert not troupe.child("tts", 1).killed
    troupe.later(2)
    assert troupe.child("tts", 1).killed
    troupe.later(0)
    assert ("tts", 1) in troupe.told_of("gone")  # now the hub gives the successor its turn


def test_a_crash_while_the_successor_loads_is_mended_by_the_successor(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.die("tts", 1)
    assert troupe.staff.seats["tts"].restart_at_ns == 0
    troupe.notice("tts", 2, "ready", "active")
    assert troupe.answers == [(7, 2)]


def test_a_restart_by_hand_does_not_wait_for_the_back_off(troupe: Troupe) -> None:
    troupe.up()
    troupe.die("tts", 1)
    assert troupe.staff.seats["tts"].state == "waiting"
    troupe.staff.replace(ask(7), "tts")
    troupe.later(1_000)
    assert troupe.staff.seats["tts"].epoch == 2  # and there is no second one when the time comes


def test_a_bad_goodbye_of_one_that_was_replaced_does_no_harm(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.notice("tts", 2, "ready")
    troupe.bye("tts", 1, "the device was gone", hopeless=True)
    troupe.die("tts", 1, code=2)
    troupe.notice("tts", 2, "active")
    assert troupe.staff.given_up == ()


def test_a_hub_that_dies_with_the_hand_over_is_told_of_it_again_by_the_one_in_standby(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.notice("tts", 2, "ready")
    troupe.notice("tts", 1, "hello", "active")  # the new hub: the old one never heard that it was to drain
    troupe.notice("tts", 2, "hello", "ready")
    assert troupe.told_of("activate")[-2:] == [("tts", 2), ("tts", 2)]
    assert troupe.staff.seats["tts"].retired == [troupe.child("tts", 1)]
    troupe.die("tts", 1, code=0)
    troupe.notice("tts", 2, "active")
    assert troupe.answers == [(7, 2)]


def test_a_hub_that_dies_before_it_tells_that_the_new_one_runs_has_it_told_by_the_next(troupe: Troupe) -> None:
    troupe.up()
    troupe.staff.replace(ask(7), "tts")
    troupe.notice("tts", 2, "ready")
    troupe.die("tts", 1, code=0)
    troupe.notice("tts", 2, "hello", "active")
    assert troupe.answers == [(7, 2)]


@pytest.mark.parametrize(("code", "told"), [(0, "left actor=tts epoch=1"), (-9, "died actor=tts epoch=1 code=-9")])
def test_one_that_was_taken_out_of_the_call_leaves_without_an_error(
    troupe: Troupe, caplog: pytest.LogCaptureFixture, code: int, told: str
) -> None:
    troupe.up()
    caplog.clear()
    caplog.set_level(logging.INFO)
    Understudies(troupe.staff).release(troupe.staff.seats["tts"])
    troupe.die("tts", 1, code)
    wanted = logging.ERROR if code else logging.INFO
    assert [(r.levelno, r.getMessage()) for r in caplog.records] == [(wanted, told)]
