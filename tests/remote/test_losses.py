"""Scenes of the losses."""

from __future__ import annotations

from remote.losses import Losses
from tests.bus.house import header


def test_a_gap_in_the_numbers_is_a_loss() -> None:
    losses = Losses()
    assert losses.is_news("a", header(seq=40)), "a tap begins anywhere"
    assert losses.is_news("a", header(seq=44))
    assert losses.is_news("b", header(seq=1))
    assert losses.told(0) == "INCOMPLETE: 3 dropped (a 3)"


def test_every_source_and_each_of_its_lives_counts_by_itself() -> None:
    losses = Losses()
    for source, epoch, seq in (("x", 1, 7), ("y", 1, 2), ("x", 2, 1), ("y", 1, 3), ("x", 2, 2)):
        assert losses.is_news("a", header(source, epoch=epoch, seq=seq))
    assert losses.told(0) == ""


def test_what_is_told_again_is_no_news() -> None:
    losses = Losses()
    assert losses.is_news("a", header(seq=5))
    assert not losses.is_news("a", header(seq=5))
    assert not losses.is_news("a", header(seq=4))
    assert losses.told(0) == ""


def test_what_a_barge_in_cut_off_is_no_loss() -> None:
    losses = Losses()
    losses.is_news("a", header(seq=5, gen=1, fenced=True))
    losses.is_news("a", header(seq=9, gen=2, fenced=True))
    assert losses.told(0) == ""
    losses.is_news("a", header(seq=11, gen=2, fenced=True))
    assert losses.told(0) == "INCOMPLETE: 1 dropped (a 1)"


def test_copies_that_were_never_read_count_too() -> None:
    assert Losses().told(7) == "INCOMPLETE: 7 dropped"
