"""Changes of a call's plan: one at a time, and each asked for by number."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bus.errors import AvatarError
from remote import changes
from remote.changes import Changes
from remote.far.place import Place
from remote.wish import Wish
from tests.remote.changing import NEXT, VOICE, Scene
from topology.plan import Host, Plan


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(changes, "vet", lambda plan: None)  # the plans of these scenes are none that could run
    return Scene(monkeypatch)


def changes_of(scene: Scene) -> Changes:
    return Changes(scene.staff, scene.plan, scene.kept.append)


def test_the_same_number_is_the_same_wish(scene: Scene) -> None:
    plans = changes_of(scene)
    wish = Wish(7, scene.edited("tts", settings=VOICE))
    assert [plans.wished(wish).phase for _ in range(3)] == ["loading"] * 3
    assert len(scene.made.made) == 4
    scene.notice("tts", NEXT, "ready")
    plans.step()
    scene.notice("tts", NEXT, "active")
    plans.step()
    plans.step()
    assert plans.wished(wish).phase == "done"
    assert plans.plan == scene.kept[-1] == wish.plan


def test_a_second_wish_is_refused_while_the_first_is_on_its_way(scene: Scene) -> None:
    plans = changes_of(scene)
    plans.wished(Wish(7, scene.edited("tts", settings=VOICE)))
    busy = plans.wished(Wish(8, scene.edited("web")))
    assert (busy.phase, busy.over, busy.what) == ("busy", True, "another plan is being applied")
    scene.die("tts", NEXT)
    plans.step()
    assert plans.wished(Wish(9, scene.edited("web"))).phase == "loading"


def test_a_dry_run_tells_the_same_and_touches_nothing(scene: Scene) -> None:
    plans = changes_of(scene)
    told = plans.wished(Wish(7, scene.edited("tts", settings=VOICE), dry_run=True))
    assert [(s.deed, s.name, s.reasons) for s in told.steps] == [("replaced", "tts", ("settings.voice",))]
    assert (told.phase, len(scene.made.made), scene.kept) == ("done", 3, [])


def test_the_plan_of_another_call_is_refused(scene: Scene) -> None:
    other = msgspec.structs.replace(scene.plan, session=msgspec.structs.replace(scene.plan.session, name="other"))
    refused = changes_of(scene).wished(Wish(7, other, dry_run=True))
    assert (refused.phase, refused.exit_code) == ("refused", 2)
    assert "its session is 'other'" in refused.what
    assert len(scene.made.made) == 3


def test_another_machine_is_refused_where_nobody_can_reach_it(scene: Scene) -> None:
    away = scene.edited("tts", host="gpu")
    away = msgspec.structs.replace(away, hosts={"gpu": Host(ssh="me@gpu")})
    refused = changes_of(scene).wished(Wish(7, away))
    assert (refused.phase, refused.what) == ("refused", "gpu cannot join")


def test_a_plan_that_could_not_run_is_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def vet(_: Plan) -> None:
        raise AvatarError("it has no actors")

    monkeypatch.setattr(changes, "vet", vet)
    assert changes_of(scene).wished(Wish(7, scene.plan)).what == "it has no actors"


def test_a_call_that_is_still_starting_is_not_changed(scene: Scene) -> None:
    scene.staff.all_up = False
    assert changes_of(scene).wished(Wish(7, scene.plan)).what == "the call is still starting"


def test_a_host_that_has_only_just_joined_begins_with_the_change_when_it_has_started(scene: Scene) -> None:
    scene.plan = msgspec.structs.replace(
        scene.plan, actors={n: msgspec.structs.replace(p, host="gpu") for n, p in scene.plan.actors.items()}
    )
    plans = Changes(scene.staff, scene.plan, scene.kept.append, Place(host="gpu"))
    wish = Wish(7, scene.edited("tts", settings=VOICE), gate="load")
    scene.staff.all_up = False
    assert (plans.wished(wish).phase, scene.made.made[-1].epoch) == ("loading", 1)
    assert plans.wished(msgspec.structs.replace(wish, cancelled=True)).phase == "refused", "it has nothing to undo"
    scene.staff.all_up = True
    assert (plans.wished(wish).phase, scene.made.made[-1].epoch) == ("loading", NEXT)


def test_every_folder_that_was_recorded_into_is_remembered(scene: Scene) -> None:
    plans = changes_of(scene)
    for folder in ("one", "two"):
        plans._keep(scene.edited("mic-out", settings={"record": folder}))
    assert plans.folders == {Path("one"), Path("two")}


def test_a_change_whose_leader_has_died_makes_way_for_the_next_one(scene: Scene) -> None:
    scene.plan = msgspec.structs.replace(
        scene.plan, actors={n: msgspec.structs.replace(p, host="gpu") for n, p in scene.plan.actors.items()}
    )
    plans = Changes(scene.staff, scene.plan, scene.kept.append, Place(host="gpu"))
    wish = Wish(7, scene.edited("tts", settings=VOICE), gate="load")
    plans.wished(wish)
    scene.notice("tts", NEXT, "ready")
    for _ in range(2):
        plans.step()
    assert plans.wished(wish).phase == "loaded"
    following = Wish(8, scene.edited("web", host="gpu"), gate="load")
    assert (plans.wished(following).what, scene.child("tts", NEXT).killed) == ("", True)
    plans.step()
    assert (plans.wished(following).phase, scene.kept) == ("loading", [])
    assert scene.made.made[-1].name == "web"


def test_one_that_never_began_with_a_change_that_is_cancelled_does_as_the_plan_before_says(scene: Scene) -> None:
    plans = Changes(scene.staff, scene.plan, scene.kept.append, Place(host="gpu"))
    back = Wish(7, scene.plan, gate="load", cancelled=True)
    plans.wished(back)
    for _ in range(4):
        plans.step()
    assert plans.wished(back).phase == "done"
