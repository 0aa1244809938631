"""Scenes of the errors: what a person reads, and what a restart can do."""

from __future__ import annotations

import pytest

from bus.errors import AvatarError, Broken, Fatal, Gone, Stuck, Wrong, first_of


@pytest.mark.parametrize(
    ("kind", "exit_code", "restart_helps"),
    [(Wrong, 2, False), (Fatal, 1, False), (Broken, 1, True), (Gone, 1, True), (Stuck, 1, True)],
)
def test_the_type_says_whose_fault_it_is(kind: type[AvatarError], exit_code: int, restart_helps: bool) -> None:
    error = kind("the disk is full", "delete something")
    assert (error.exit_code, error.restart_helps) == (exit_code, restart_helps)
    assert str(error) == "the disk is full\ndelete something"
    assert (error.what, error.todo) == ("the disk is full", "delete something")


def test_without_advice_it_is_one_line() -> None:
    assert str(Gone("the hub is gone")) == "the hub is gone"


def test_of_what_failed_together_the_first_is_the_cause() -> None:
    cause = Broken("the model failed")
    assert first_of(ExceptionGroup("all", [ExceptionGroup("some", [cause]), ValueError()])) is cause
    assert first_of(cause) is cause
