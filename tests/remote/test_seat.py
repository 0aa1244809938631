"""Seat of an actor: its processes, and what they cost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bus.errand import Errand
from remote.policy import RestartPolicy
from remote.seat import Load, Seat
from tests.remote.doubles import KEYS, fake_processes
from topology.plan import Placement, Restart


def test_a_seat_finds_its_processes_by_their_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = fake_processes(monkeypatch)
    one, two, three = (made([], Errand(name="tts", keys=KEYS, epoch=n), Path("log")) for n in (1, 2, 3))
    seat = Seat(Placement(actor="tts"), RestartPolicy(Restart()))
    assert (seat.name, seat.children, seat.child(0)) == ("tts", [], None)
    seat.current, seat.successor, seat.retired = two, three, [one]
    assert seat.children == [two, three, one]
    assert (seat.child(1), seat.child(3), seat.child(4)) == (one, three, None)


def test_a_process_that_is_gone_vacates_its_place_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = fake_processes(monkeypatch)
    one, two = (made([], Errand(name="tts", keys=KEYS, epoch=n), Path("log")) for n in (1, 2))
    seat = Seat(Placement(actor="tts"), RestartPolicy(Restart()), current=one, successor=two)
    seat.vacate(two)
    assert seat.children == [one]
    seat.vacate(one)
    assert seat.children == []


def test_a_further_replica_has_its_number_in_its_name() -> None:
    assert Seat(Placement(actor="tts"), RestartPolicy(Restart()), 2).name == "tts#2"


def test_the_load_of_a_living_process_is_measured() -> None:
    load = Load()
    load.sample(os.getpid())
    assert load.memory_mb > 1


def test_a_process_that_is_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    load = Load()
    load.sample(2**22 + 1)  # above the highest pid that Linux gives
    assert load.process is None
