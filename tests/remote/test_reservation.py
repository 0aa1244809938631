"""Scenes of the reservation: for whom a new hub keeps streams."""

from __future__ import annotations

from remote.policy import RestartPolicy
from remote.reservation import reservation
from remote.seat import Seat
from topology.plan import Placement


def seat(actor: str, replica: int = 0, *, given_up: bool = False) -> Seat:
    placement = Placement(actor=actor)
    return Seat(placement, RestartPolicy(placement.restart), replica, "given up" if given_up else "waiting")


def test_streams_are_kept_for_every_actor_that_may_come_back() -> None:
    kept = reservation([seat("tts"), seat("tts", 1, given_up=True), seat("cam-out"), seat("llm", given_up=True)])
    assert list(kept) == ["cam-out", "tts"]
    assert "chunker.sentence" in kept["tts"]


def test_who_is_no_actor_of_ours_takes_nothing() -> None:
    assert reservation([seat("nobody")]) == {}
