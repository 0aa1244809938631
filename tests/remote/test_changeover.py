"""Change-over from one plan to another, on processes that are none: all of it, or nothing."""

from __future__ import annotations

import msgspec
import pytest

from remote.applied import Applied, Step
from remote.changeover import TAKE_S
from remote.dismissal import TELL_NS
from remote.understudies import RESERVED
from tests.remote.changing import NEXT, VOICE, Scene
from topology.plan import Placement, Restart


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


# --- all went well ----------------------------------------------------------------------------------------------------


def test_only_what_changed_is_replaced_and_not_before_it_has_loaded(scene: Scene) -> None:
    plan = scene.edited("tts", settings=VOICE)
    assert scene.change(plan).phase == "loading"
    assert scene.child("tts", NEXT).errand.settings == VOICE
    assert (scene.told, scene.kept, scene.states()["tts"]) == ([], [], "running")
    scene.notice("tts", NEXT, "hello", "ready")
    assert scene.goes_on().phase == "taking"
    assert (scene.told, scene.kept) == ([("activate", "tts", NEXT)], [plan])
    scene.die("tts", 1, code=0)
    scene.notice("tts", NEXT, "active")
    scene.clock.sleep_ms(800)
    assert scene.goes_on() == Applied("done", (Step("replaced", "tts", ("settings.voice",), 0.8),))
    assert len(scene.made.made) == 4
    assert scene.staff.seats["tts"].placement == plan.actors["tts"]


def test_nobody_takes_over_before_all_have_loaded_and_then_the_last_of_the_plan_comes_first(scene: Scene) -> None:
    actors = {n: msgspec.structs.replace(p, settings=VOICE) for n, p in scene.plan.actors.items()}
    scene.change(msgspec.structs.replace(scene.plan, actors=actors))
    scene.notice("mic-out", NEXT, "ready")
    scene.notice("vad", NEXT, "ready")
    assert scene.goes_on().phase == "loading"
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    assert scene.told_of("activate") == [("mic-out", NEXT), ("tts", NEXT), ("vad", NEXT)]


def test_a_new_actor_gets_a_seat_where_the_plan_has_it(scene: Scene) -> None:
    plan = scene.edited("web")
    plan = msgspec.structs.replace(plan, actors={"web": plan.actors["web"], **scene.plan.actors})
    scene.change(plan)
    scene.notice("web", RESERVED, "ready")
    scene.goes_on()
    scene.notice("web", RESERVED, "active")
    assert [s.deed for s in scene.goes_on().steps] == ["started"]
    assert scene.states() == {"web": "running", "vad": "running", "tts": "running", "mic-out": "running"}
    assert scene.staff.seats["web"].restarts == 0


def test_one_that_is_taken_out_finishes_its_unit_is_forgotten_and_leaves_its_seat(scene: Scene) -> None:
    assert scene.change(scene.without("tts")).phase == "leaving"
    assert scene.told == [("drain", "tts", 1)]
    scene.goes_on(TELL_NS / 1e6 * 4)
    assert len(scene.told_of("drain")) > 1, "again and again: a new hub knows nothing of it"
    scene.die("tts", 1, code=0)
    assert scene.goes_on().phase == "done"
    assert scene.told[-2:] == [("gone", "tts", 1), ("erase", "tts", 0)]
    assert list(scene.staff.seats) == ["vad", "mic-out"]


def test_one_that_will_not_go_is_killed(scene: Scene) -> None:
    scene.change(scene.without("tts"))
    scene.goes_on(15_000)
    assert scene.child("tts", 1).killed
    assert scene.goes_on().phase == "done"


def test_one_that_comes_back_has_an_epoch_that_the_hub_still_hears(scene: Scene) -> None:
    scene.change(scene.without("tts"))
    scene.die("tts", 1, code=0)
    scene.goes_on()
    scene.plan, whole = scene.without("tts"), scene.plan
    scene.change(whole)
    assert scene.child("tts", NEXT).code is None


def test_a_replica_more_starts_beside_the_others_and_one_less_is_not_forgotten(scene: Scene) -> None:
    scene.change(scene.edited("tts", replicas=2))
    scene.notice("tts#1", RESERVED, "ready")
    scene.goes_on()
    scene.notice("tts#1", RESERVED, "active")
    assert [(s.deed, s.name) for s in scene.goes_on().steps] == [("started", "tts#1")]
    assert list(scene.staff.seats) == ["vad", "tts", "tts#1", "mic-out"]
    one, scene.plan = scene.plan, scene.edited("tts", replicas=2)
    scene.change(one)
    scene.die("tts#1", RESERVED, code=0)
    assert [(s.deed, s.name) for s in scene.goes_on().steps] == [("stopped", "tts#1")]
    assert scene.told_of("erase") == []


def test_other_restart_rules_end_no_process_and_hold_from_now_on(scene: Scene) -> None:
    rules = Restart(max=0)
    assert scene.change(scene.edited("tts", restart=rules)).steps == (Step("eased", "tts"),)
    assert (scene.told, scene.over and scene.over.applied.phase) == ([], "done")
    scene.die("tts", 1)
    assert scene.states()["tts"] == "given up"


def test_what_only_a_new_up_can_change_is_told_and_kept_as_it_was(scene: Scene) -> None:
    session = msgspec.structs.replace(scene.plan.session, name="other", record="out", grace_s=5.0)
    applied = scene.change(msgspec.structs.replace(scene.plan, session=session))
    assert [(s.deed, s.name) for s in applied.steps] == [
        ("set", "session.grace_s"), ("later", "session.name"), ("later", "session.record"),
    ]  # fmt: skip
    assert scene.kept[0].session == msgspec.structs.replace(scene.plan.session, grace_s=5.0)


# --- refused ----------------------------------------------------------------------------------------------------------


def test_one_that_fails_to_load_refuses_all_and_the_others_in_standby_are_killed(scene: Scene) -> None:
    actors = {n: msgspec.structs.replace(p, settings=VOICE) for n, p in scene.plan.actors.items()}
    actors["web"] = Placement(actor="web")
    scene.change(msgspec.structs.replace(scene.plan, actors=actors))
    scene.notice("vad", NEXT, "ready")
    scene.bye("tts", NEXT, "no such voice", hopeless=True, exit_code=2)
    scene.die("tts", NEXT, code=2)
    applied = scene.goes_on()
    assert (applied.phase, applied.what, applied.todo, applied.exit_code) == (
        "refused", "tts: no such voice", "do this", 2,
    )  # fmt: skip
    assert (scene.told_of("activate"), scene.kept) == ([], [])
    assert [c.killed for c in scene.made.made[3:]] == [True, False, True, True]
    assert scene.states() == {"vad": "running", "tts": "running", "mic-out": "running"}
    assert ("gone", "vad", NEXT) in scene.told
    assert ("erase", "web", 0) in scene.told


def test_a_process_that_cannot_be_made_refuses_all(scene: Scene) -> None:
    scene.made.fails = "no memory"
    assert scene.change(scene.edited("web")).what == "no memory"
    assert list(scene.staff.seats) == ["vad", "tts", "mic-out"]


def test_a_plan_that_cannot_be_written_down_is_refused(scene: Scene) -> None:
    scene.unkept = "the disk is full"
    scene.change(scene.edited("tts", settings=VOICE))
    scene.notice("tts", NEXT, "ready")
    assert scene.goes_on().what == "the disk is full"
    assert scene.told_of("activate") == []


def test_the_next_understudy_of_a_seat_is_another_incarnation(scene: Scene) -> None:
    for number in (1, 2):
        scene.change(scene.edited("tts", settings=VOICE))
        scene.die("tts", 1 + number * RESERVED)
        assert scene.goes_on().phase == "refused"


# --- one cannot take its device ---------------------------------------------------------------------------------------


def test_one_that_cannot_take_its_device_brings_the_old_plan_back(scene: Scene) -> None:
    plan = scene.edited("mic-out", settings=VOICE)
    plan = msgspec.structs.replace(plan, actors={**plan.actors, "web": Placement(actor="web")})
    scene.change(plan)
    scene.notice("mic-out", NEXT, "ready")
    scene.notice("web", RESERVED, "ready")
    scene.goes_on()
    scene.notice("web", RESERVED, "active")
    scene.die("mic-out", 1, code=0)
    scene.bye("mic-out", NEXT, "no such device", hopeless=True, exit_code=1)
    scene.die("mic-out", NEXT, code=2)
    assert scene.goes_on().phase == "returning"
    old = scene.child("mic-out", NEXT + 1)
    assert (old.errand.settings, scene.kept) == ({}, [plan, scene.plan])
    scene.notice("mic-out", NEXT + 1, "ready", "active")
    scene.die("web", RESERVED, code=0)
    applied = scene.goes_on()
    assert (applied.phase, applied.what) == ("refused", "mic-out: no such device")
    assert scene.states() == {"vad": "running", "tts": "running", "mic-out": "running"}


def test_one_that_dies_once_while_it_takes_over_is_started_again_by_the_new_plan(scene: Scene) -> None:
    scene.change(scene.edited("tts", settings=VOICE))
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    scene.die("tts", 1, code=0)
    scene.die("tts", NEXT)
    scene.goes_on(150)
    assert scene.child("tts", NEXT + 1).errand.settings == VOICE
    scene.notice("tts", NEXT + 1, "ready", "active")
    assert scene.goes_on().phase == "done"


def test_one_that_never_takes_over_brings_the_old_plan_back(scene: Scene) -> None:
    scene.change(scene.edited("tts", settings=VOICE))
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    scene.die("tts", 1, code=0)
    assert scene.goes_on(TAKE_S * 1e3 + 30).phase == "returning"
    assert scene.child("tts", NEXT).killed
    scene.notice("tts", NEXT + 1, "ready", "active")
    assert scene.goes_on().what == "tts did not take over within 40 s"
