"""Change-over from one plan to another, on processes that are none: who dies meanwhile, the hub too."""

from __future__ import annotations

import pytest

from tests.remote.changing import NEXT, VOICE, Scene
from tests.remote.doubles import ask


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


# --- deaths meanwhile -------------------------------------------------------------------------------------------------


def test_a_crash_while_the_new_one_loads_is_mended_by_the_old_plan_and_the_new_one_still_comes(scene: Scene) -> None:
    scene.change(scene.edited("tts", settings=VOICE))
    scene.die("tts", 1)
    scene.goes_on(120)
    assert scene.child("tts", 2).errand.settings == {}
    scene.notice("tts", 2, "ready", "active")
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    assert scene.told_of("activate") == [("tts", 2), ("tts", NEXT)]


def test_one_that_waits_for_its_back_off_or_loads_is_overtaken(scene: Scene) -> None:
    scene.die("tts", 1)
    scene.change(scene.edited("tts", settings=VOICE))
    scene.goes_on(120)  # the old plan's next process loads, too
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    assert scene.child("tts", 2).killed
    scene.notice("tts", NEXT, "active")
    assert scene.goes_on(10_000).phase == "done"
    assert scene.staff.seats["tts"].children == [scene.child("tts", NEXT)]


def test_who_waits_for_a_restart_hears_of_the_new_plans_process(scene: Scene) -> None:
    scene.staff.replace(ask(7), "tts")
    scene.change(scene.edited("tts", settings=VOICE))
    scene.notice("tts", 1 + NEXT, "ready")
    scene.goes_on()
    scene.notice("tts", 1 + NEXT, "active")
    assert scene.answers == [(7, 1 + NEXT)]


def test_who_waits_for_a_restart_of_one_that_is_taken_out_is_told(scene: Scene) -> None:
    scene.staff.replace(ask(7), "tts")
    scene.change(scene.without("tts"))
    assert scene.refusals == [(7, "tts was taken out of the call", "see: avatar status")]


# --- the hub dies meanwhile -------------------------------------------------------------------------------------------


def test_a_hub_that_dies_while_they_load_changes_nothing(scene: Scene) -> None:
    scene.change(scene.edited("tts", settings=VOICE))
    scene.notice("tts", NEXT, "ready")
    scene.notice("tts", 1, "hello", "active")  # the new hub tells what it hears
    scene.notice("tts", NEXT, "hello", "ready")
    scene.goes_on()
    assert scene.told_of("activate") == [("tts", NEXT)]


def test_a_hub_that_dies_with_the_hand_over_is_told_again_by_the_one_in_standby(scene: Scene) -> None:
    scene.change(scene.edited("tts", settings=VOICE))
    scene.notice("tts", NEXT, "ready")
    scene.goes_on()
    scene.notice("tts", 1, "hello", "active")  # it never heard that it was to drain
    scene.notice("tts", NEXT, "hello", "ready")
    assert scene.told_of("activate") == [("tts", NEXT), ("tts", NEXT)]
    scene.die("tts", 1, code=0)
    scene.notice("tts", NEXT, "active")
    assert scene.goes_on().phase == "done"
