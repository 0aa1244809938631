"""Scenes of the figures: verdicts, quantiles, and the table."""

from __future__ import annotations

import pytest

from remote.bench.figures import Figure, lines, median, number, quantile, spread, table


def figure(value: float, low: float | None = None, high: float | None = None) -> Figure:
    return Figure(part="call", name="delay", value=value, unit="ms", at_least=low, at_most=high)


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (60, None, 60, "ok"),
        (60.1, None, 60, "miss"),
        (19, 20, None, "miss"),
        (-21, -20, 20, "miss"),
        (5, None, None, ""),
    ],
)
def test_a_value_holds_up_to_its_limit_and_no_further(
    value: float, low: float | None, high: float | None, verdict: str
) -> None:
    assert figure(value, low, high).verdict == verdict


def test_p95_is_by_nearest_rank_so_of_few_values_it_is_the_worst() -> None:
    assert quantile([3, 1, 2], 0.95) == 3
    assert quantile(range(1, 101), 0.95) == 95
    assert quantile([7], 0.5) == 7


def test_nothing_measured_is_no_crash() -> None:
    assert (quantile([], 0.95), median([]), spread([])) == (0.0, 0.0, "none measured")


def test_numbers_have_the_digits_that_matter() -> None:
    assert [number(n) for n in (20_155.4, 60.0, 12.34, 1.234, -3.0, None)] == ["20,155", "60", "12.3", "1.23", "-3", ""]


def test_the_table_has_columns_and_the_target_as_people_write_it() -> None:
    rows = table(
        [figure(61.5, None, 60), Figure(part="call", name="skew", value=1, at_least=-20, at_most=20, note="n=3")]
    )
    assert rows == [("miss", "delay  61.5 ms  ≤ 60"), ("ok", "skew         1  -20 … 20  n=3")]


def test_a_machine_is_told_the_verdict_and_the_command_that_measures_it_again() -> None:
    (line,) = lines([figure(61.5, None, 60)])
    assert (line.verdict, line.target, line.command) == ("miss", "≤ 60", "avatar bench call")
