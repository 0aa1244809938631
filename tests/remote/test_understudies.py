"""Understudies of a staff, on processes that are none."""

from __future__ import annotations

import pytest

from remote.understudies import RESERVED, Understudies
from tests.remote.doubles import Troupe
from topology.change import Unit


@pytest.fixture
def troupe(monkeypatch: pytest.MonkeyPatch) -> Troupe:
    return Troupe(monkeypatch).up()


def test_one_in_standby_changes_nothing_of_the_seat(troupe: Troupe) -> None:
    waiting = Understudies(troupe.staff)
    waiting.prepare(Unit("tts"), troupe.plan.actors["tts"])
    seat = troupe.staff.seats["tts"]
    assert (seat.state, seat.epoch, seat.current) == ("running", 1, troupe.child("tts", 1))
    assert seat.children == [troupe.child("tts", 1), troupe.child("tts", 1 + RESERVED)]
    assert not waiting.all_ready
    troupe.notice("tts", 1 + RESERVED, "ready")
    assert waiting.all_ready
    waiting.recede()
    troupe.later(0)
    assert seat.children == [troupe.child("tts", 1)]


def test_one_whose_seat_dies_until_its_epoch_is_reached_has_failed(troupe: Troupe) -> None:
    waiting = Understudies(troupe.staff)
    waiting.prepare(Unit("tts"), troupe.plan.actors["tts"])
    assert waiting.failed is None
    troupe.staff.seats["tts"].epoch = 1 + RESERVED
    assert waiting.failed is not None
    assert waiting.failed[1].what == "it died again and again meanwhile"
