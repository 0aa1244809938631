"""Scenes of two clocks that never saw each other."""

from __future__ import annotations

import random

from bus.clock import MS, SECOND
from bus.offset import Offset

AHEAD_NS = 86_400 * SECOND
"""How far the other clock is ahead of this one."""


class Line:
    """Pings over a line with the same way there and back, and what delays them."""

    def __init__(self, *, drift: float = 0.0, seed: int = 1) -> None:
        self.offset = Offset()
        self.at_ns = 0
        self._drift = drift
        self._random = random.Random(seed)

    def true_ns(self) -> int:
        return -AHEAD_NS - int(self._drift * self.at_ns)

    def ping(self, there_ms: float = 24.0, back_ms: float = 24.0) -> None:
        sent = self.at_ns
        came = sent + int(there_ms * MS)
        back = came + int(back_ms * MS)
        on_theirs = came + AHEAD_NS + int(self._drift * came)
        self.offset.heard(sent, on_theirs, on_theirs, back)
        self.at_ns += SECOND // 5

    def error_ms(self) -> float:
        return abs(self.offset.ns(self.at_ns) - self.true_ns()) / MS


def test_before_the_first_ping_nothing_is_known() -> None:
    offset = Offset()
    assert not offset.known
    assert (offset.ns(5), offset.error_ns(5), offset.bound_ns, offset.trip_ns) == (0, 0, 0, 0)


def test_an_even_line_gives_the_offset_to_the_microsecond_and_half_the_trip_as_the_bound_of_its_error() -> None:
    line = Line()
    line.ping()
    assert line.error_ms() < 0.001
    assert line.offset.bound_ns == line.offset.error_ns(line.at_ns) == 24 * MS
    assert line.offset.trip_ns == 48 * MS


def test_pictures_in_the_way_of_the_answers_hardly_matter() -> None:
    line = Line(drift=30e-6)
    errors = []
    for number in range(600):
        line.ping(24.0, 24.0 + random.Random(number).choice([0.3, 8.0, 20.0, 45.0, 80.0]))
        if number > 50:
            errors.append(line.error_ms())
    assert sorted(errors)[int(0.95 * len(errors))] < 1.5


def test_under_pictures_the_likely_error_is_below_3_ms_and_hardly_ever_too_small() -> None:
    line = Line(drift=60e-6)
    waits = random.Random(5)
    told, too_small = [], 0
    for number in range(2_000):
        line.ping(24.0, 24.0 + waits.expovariate(1 / 12.0))
        if number > 50:
            told.append(line.offset.error_ns(line.at_ns) / MS)
            too_small += line.error_ms() > told[-1]
    assert sorted(told)[int(0.99 * len(told))] <= 3.0
    assert too_small / len(told) < 0.02


def test_the_likely_error_grows_while_no_answer_comes_but_never_beyond_the_bound() -> None:
    line = Line()
    for _ in range(20):
        line.ping()
    before_ns = line.offset.error_ns(line.at_ns)
    assert before_ns < 0.5 * MS
    assert line.offset.error_ns(line.at_ns + 5 * SECOND) > before_ns + 0.4 * MS
    assert line.offset.error_ns(line.at_ns + 3_600 * SECOND) == line.offset.bound_ns == 24 * MS


def test_few_pings_do_not_pretend_to_know_more_than_the_bound() -> None:
    line = Line()
    for _ in range(7):
        line.ping()
        assert not line.offset.settled
        assert line.offset.error_ns(line.at_ns) == line.offset.bound_ns
    line.ping()
    assert line.offset.settled
    assert line.offset.error_ns(line.at_ns) < MS


def test_what_it_says_stays_within_its_bound_on_a_lopsided_line() -> None:
    line = Line()
    for _ in range(30):
        line.ping(40.0, 8.0)
        assert line.error_ms() * MS <= line.offset.bound_ns


def test_a_drifting_clock_is_followed_between_the_pings() -> None:
    line = Line(drift=80e-6)
    for _ in range(300):
        line.ping()
    line.at_ns += 5 * SECOND
    assert line.error_ms() < 0.3


def test_a_clock_that_was_set_is_forgotten_with_its_window() -> None:
    line = Line()
    for _ in range(20):
        line.ping()
    before = line.offset.ns(line.at_ns)
    line.at_ns += 11 * SECOND
    for _ in range(3):
        sent = line.at_ns
        theirs = sent + 24 * MS + AHEAD_NS + SECOND
        line.offset.heard(sent, theirs, theirs, sent + 48 * MS)
        line.at_ns += SECOND // 5
    assert abs(line.offset.ns(line.at_ns) - (before - SECOND)) < 2 * MS


def test_an_answer_that_cannot_be_is_left_out() -> None:
    offset = Offset()
    offset.heard(0, 100, 90, 50)
    offset.heard(0, 100, 200, 50)
    assert not offset.known
